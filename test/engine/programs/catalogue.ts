import { alertmanager } from './catalogue/alertmanager';
import { blackboxExporter } from './catalogue/blackbox-exporter';
import { caddy } from './catalogue/caddy';
import { dnsproxy } from './catalogue/dnsproxy';
import { goHttpbin } from './catalogue/go-httpbin';
import { golangMigrate } from './catalogue/golang-migrate';
import { goose } from './catalogue/goose';
import { headscale } from './catalogue/headscale';
import { kine } from './catalogue/kine';
import { litestream } from './catalogue/litestream';
import { miniflux } from './catalogue/miniflux';
import { minifluxRoles } from './catalogue/miniflux-roles';
import { mochiMqtt } from './catalogue/mochi-mqtt';
import { natsServer } from './catalogue/nats-server';
import { restic } from './catalogue/restic';
import { statsdExporter } from './catalogue/statsd-exporter';
import { RealProgram } from './real-program';

/** The programs, in the order of the table. */
export const CATALOGUE: readonly RealProgram[] = [
  goHttpbin, miniflux, minifluxRoles, headscale, kine, alertmanager, natsServer, caddy, mochiMqtt, statsdExporter, dnsproxy, blackboxExporter,
  litestream, golangMigrate, goose, restic,
];

/** Small ones, which compile quickly: an engine test. */
export const SMALL: readonly RealProgram[] = [goHttpbin, statsdExporter, golangMigrate];
