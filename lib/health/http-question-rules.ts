import type { HttpQuestion } from './probe-program';
import type { InputProblem } from '../input/input-error';

const LONGEST_PATH = 2_048;
const LONGEST_HOST = 261;

// The origin-form of RFC 9112, section 3.2.1: a path and a query in the characters of RFC 3986.
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
const HOST = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
const STATUS_CODES = /^[1-5][0-9]{2}(?:-[1-5][0-9]{2})?$/;

/** The problem of a request. The probe applies the same rules when it runs. */
export function httpQuestionProblem(question: Omit<HttpQuestion, 'port'>): InputProblem | undefined {
  return pathProblem(question.path)
    ?? hostProblem(question.hostHeader)
    ?? statusCodesProblem(question.healthyStatusCodes);
}

function pathProblem(path: string): InputProblem | undefined {
  if (!path.startsWith('/')) {
    return {
      what: 'the path of the health check does not start with a slash',
      given: path,
      allowed: 'a path on the server, with an optional query',
      remedy: 'write it like HealthCheck.http("/healthz")',
    };
  }
  if (path.length > LONGEST_PATH) {
    return {
      what: 'the path of the health check is too long',
      given: path,
      allowed: `at most ${LONGEST_PATH} characters`,
      remedy: 'give a shorter path',
    };
  }
  if (!PATH.test(path)) {
    return {
      what: 'the path of the health check holds a character that a URL must not hold',
      given: path,
      allowed: 'letters, digits, -._~!$&\'()*+,;=:@/? and %XX',
      remedy: `percent-encode it: ${percentEncoded(path)}`,
    };
  }
  return undefined;
}

function percentEncoded(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/gu, encodeURIComponent);
}

function hostProblem(host: string | undefined): InputProblem | undefined {
  if (host === undefined || (host.length <= LONGEST_HOST && HOST.test(host))) {
    return undefined;
  }
  return {
    what: 'the host header of the health check is not a host name',
    given: host,
    allowed: 'a host name or address of letters, digits, dots, hyphens and underscores, with an optional port',
    remedy: 'write it like shop.example or shop.example:8080, without a scheme and a path',
  };
}

function statusCodesProblem(codes: string | undefined): InputProblem | undefined {
  if (codes === undefined || codes.split(',').every(isStatusRange)) {
    return undefined;
  }
  return {
    what: 'the healthy status codes of the health check are not status codes',
    given: codes,
    allowed: 'codes and ranges from 100 to 599, separated by commas',
    remedy: 'write them like 200-299 or 200-299,401',
  };
}

function isStatusRange(part: string): boolean {
  const [low, high] = part.split('-').map(Number);
  return STATUS_CODES.test(part) && (high === undefined || low <= high);
}
