import { Fn } from 'cdktf';
import { HaproxyBackend, HaproxyRoute } from './haproxy/settings';
import { ValidRoute } from './route-validation';
import { literal, literalArgument } from '../terraform/text';
import { GatewayBackend } from '../workload/route';

/** The routes of a gateway, and what they need beside the configuration: users and certificate authorities. */
export class GatewayRoutes {
  private readonly routes: HaproxyRoute[] = [];
  private readonly byName = new Map<string, HaproxyBackend>();
  private readonly userLines: string[] = [];

  public get all(): readonly HaproxyRoute[] {
    return this.routes;
  }

  /** One for each service and protocol. */
  public get backends(): readonly HaproxyBackend[] {
    return [...this.byName.values()];
  }

  /** The hashes of passwords, as a value that plans do not show: a line for each user. */
  public get users(): string {
    return this.userLines.length === 0 ? '' : Fn.sensitive(Fn.join('\n', this.userLines));
  }

  /** The certificate authorities of services with TLS: the name of a file, and its content. */
  public get authorities(): string {
    const files = new Map(this.backends.flatMap(({ protocol }) =>
      protocol.tls?.authority ? [[protocol.tls.authority.file, protocol.tls.authority.text] as const] : []));
    return [...files].map(([file, text]) => `# ${file}\n${literal(text.trim())}\n`).join('');
  }

  public add(target: GatewayBackend, { host, pathPrefix, settings, protocol, maxRequests, users }: ValidRoute): void {
    const name = protocol.key === '' ? target.name : `${target.name}:${protocol.key}`;
    const known = this.byName.get(name);
    this.byName.set(name, { name, target, protocol, maxRequests: largest(known?.maxRequests, maxRequests) });
    const list = `users:${this.routes.length + 1}`;
    for (const [user, hash] of Object.entries(users?.passwordHashes ?? {})) {
      this.userLines.push(Fn.join(' ', [list, user, literalArgument(hash)]));
    }
    this.routes.push({ host, pathPrefix, ...settings, backend: name, users: users && { list, realm: users.realm ?? 'restricted' } });
  }
}

function largest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : other === undefined ? one : Math.max(one, other);
}
