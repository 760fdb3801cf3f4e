import { LogicalDatabase } from './roles/logical-database';
import { Place } from '../places/place';
import { IContainerNetwork } from '../workload/network';

export interface MeasuredServer {
  readonly hostName: string;
  readonly port: number;
  readonly network: IContainerNetwork;
  readonly sslMode: string;
  readonly database: LogicalDatabase;
  readonly place: Place;
}
