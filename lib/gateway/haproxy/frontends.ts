import { errorAnswers } from './defaults';
import { RESERVED_CONNECTIONS, plainConnections } from './limits';
import { forwardedHeaders, requestRules } from './request-rules';
import { routeTables } from './route-rules';
import { numberedEntries, routing } from './routing';
import { ALIVE_PORT, HTTPS_PORT, HTTP_PORT, HaproxySettings, METRICS_PORT, METRICS_SOURCE_VARIABLE, STATE_DIRECTORY } from './settings';
import { connectionLimits, sourceTables } from './source-limits';
import { answer, section } from './text';

/** Clients of the metrics and of the health check, which must be answered when all other connections are in use. */
const METRICS_CONNECTIONS = 20;

const CHOICE = ['use_backend %[var(txn.backend)] if { var(txn.backend) -m found }', 'default_backend nowhere'];

/** Everything that accepts connections, and what belongs to it. */
export function frontends(settings: HaproxySettings): string[] {
  return [
    ...requestDefaults(settings),
    ...plainFrontend(settings),
    ...secureFrontend(settings),
    ...aliveFrontend(),
    ...settings.metrics ? metricsFrontend() : [],
    ...section('backend nowhere from base', [answer('http-request return', 404, 'nothing here')]),
    ...sourceTables(),
    ...routeTables(numberedEntries(settings)),
  ];
}

/** What both frontends have in common, so that each route is in the configuration once. */
function requestDefaults(settings: HaproxySettings): string[] {
  const { tls } = settings;
  return section('defaults requests from base', [
    ...requestRules(settings),
    ...tls?.redirectHttp
      ? [`http-request redirect location https://%[req.hdr(host),host_only]${tls.publicPort === 443 ? '' : `:${tls.publicPort}`}%[pathq] code 308 if { fe_name http }`]
      : [],
    ...forwardedHeaders(),
    ...routing(settings),
  ]);
}

function plainFrontend({ tls, limits }: HaproxySettings): string[] {
  const redirectsOnly = tls?.redirectHttp === true;
  return section('frontend http from requests', [
    `bind :${HTTP_PORT}`,
    ...redirectsOnly ? [] : [relayBind('http')],
    ...connectionLimits(limits, plainConnections(limits, redirectsOnly)),
    // HAProxy 3.0 does not inherit them from named defaults.
    ...errorAnswers(),
    ...CHOICE,
  ]);
}

function secureFrontend({ tls, limits }: HaproxySettings): string[] {
  if (!tls) {
    return [];
  }
  const seconds = tls.strictTransportSecuritySeconds;
  return section('frontend https from requests', [
    `bind :${HTTPS_PORT} ssl crt ${tls.certificateDirectory} alpn h2,http/1.1`,
    relayBind('https'),
    ...connectionLimits(limits, limits.connections),
    ...errorAnswers(seconds === undefined ? '' : `hdr Strict-Transport-Security max-age=${seconds}`),
    ...seconds === undefined ? [] : [`http-after-response set-header Strict-Transport-Security max-age=${seconds}`],
    ...CHOICE,
  ]);
}

/**
 * Where the worker process of an earlier configuration passes requests to: a client may keep a connection to it for a minute, and by then
 * the containers that it knows are gone.
 */
function relayBind(frontend: string): string {
  return `bind unix@${relaySocket(frontend)} accept-proxy mode 600`;
}

function relaySocket(frontend: string): string {
  return `${STATE_DIRECTORY}/${frontend}.sock`;
}

/** The backend of a frontend for requests that a newer worker process answers. */
export function relayBackends(settings: HaproxySettings): string[] {
  const names = [...settings.tls?.redirectHttp ? [] : ['http'], ...settings.tls ? ['https'] : []];
  return names.flatMap((name) => section(`backend next-${name} from base`, [
    `server next unix@${relaySocket(name)} send-proxy-v2`,
  ]));
}

/** Answers the health check from the same event loop as all requests. */
function aliveFrontend(): string[] {
  return section('frontend alive from base', [
    `bind 127.0.0.1:${ALIVE_PORT}`,
    `maxconn ${RESERVED_CONNECTIONS - METRICS_CONNECTIONS}`,
    'option dontlog-normal',
    'http-request return status 200 content-type text/plain string "alive\\n"',
  ]);
}

/** The port is published on the host's loopback interface: its requests come from the gateway of the container's network. */
function metricsFrontend(): string[] {
  return section('frontend metrics from base', [
    `bind :${METRICS_PORT}`,
    `maxconn ${METRICS_CONNECTIONS}`,
    'option dontlog-normal',
    `tcp-request connection reject unless { src 127.0.0.1 "\${${METRICS_SOURCE_VARIABLE}}" }`,
    'http-request use-service prometheus-exporter if { path /metrics }',
    answer('http-request return', 404, 'metrics are at /metrics'),
  ]);
}
