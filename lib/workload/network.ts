/** A network that containers are connected to. */
export interface IContainerNetwork {
  /** The network's name in the engine. */
  readonly networkName: string;
}
