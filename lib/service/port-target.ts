import { IContainerNetwork } from '../workload/network';
import { GatewayBackend, IGatewayTarget } from '../workload/route';
import { ServicePort } from '../workload/service-port';

/** A further port of a service, as a gateway sees it. The service's health check says whether it gets requests. */
export class PortTarget implements IGatewayTarget {
  public constructor(private readonly service: IGatewayTarget, private readonly port: ServicePort) {}

  public bindToGateway(network: IContainerNetwork): GatewayBackend {
    const backend = this.service.bindToGateway(network);
    return {
      ...backend,
      name: `${backend.name}.${this.port.name}`,
      port: this.port.port,
      healthPort: backend.healthPath === undefined ? undefined : backend.healthPort ?? backend.port,
    };
  }
}
