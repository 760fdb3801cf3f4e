import { TerraformProvider } from 'cdktf';
import { LogicalDatabase } from './roles/logical-database';

/** What the exporter needs to know of the server. */
export interface MeasuredServer {
  readonly hostName: string;
  readonly port: number;
  readonly networkName: string;
  readonly sslMode: string;
  readonly database: LogicalDatabase;
  readonly provider?: TerraformProvider;
}
