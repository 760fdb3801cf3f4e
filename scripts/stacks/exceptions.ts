import type { Exception } from './comparison';

/** The revision that the exceptions are written for, and what is compared with when none is given. */
export const BASE = '403fb6b3e3fa5dbb020ca3a643ff9a90d272eea7';

/** The differences to that revision that are meant. Take an entry out when no difference is left that it allows. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    maker: /./,
    at: /^(\/\/\.metadata\.(version|backend)|terraform\.backend)/,
    reason: 'Tests make their stacks in one way, with a backend of their own. The library has no part in it.',
  },
  {
    maker: /./,
    at: /^resource\.docker_container\.\w*gateway\w*\.(dns_opts|entrypoint|env|healthcheck|init|labels)/i,
    reason: 'The gateway has another configuration, scripts that heal it, and an init that passes signals on. Its container is replaced once.',
  },
  {
    maker: /^snippet: README\.md, PostgreSQL$/,
    at: /./,
    reason: 'The README shows another, shorter program. docs/postgres.md has the long one.',
  },
  {
    maker: /^snippet: README\.md, (Use it|Secrets)/,
    at: /^\(missing\)$/,
    reason: 'The program is on a page of its own now: docs/configuration.md.',
  },
];
