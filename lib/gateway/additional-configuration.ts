/**
 * Lines of HAProxy's configuration for what this library has no property for. They are taken as they are, and tested by HAProxy before the
 * gateway loads them: an apply with an invalid line fails with HAProxy's message, and changes nothing.
 *
 * @see https://docs.haproxy.org/3.0/configuration.html
 */
export interface GatewayAdditionalConfiguration {
  /**
   * Lines at the end of the section `global`.
   * @default - none @tokens refused
   */
  readonly global?: string[];

  /**
   * Lines in the frontends for HTTP and HTTPS, after the request has been checked and its route chosen, and before the rules of the route.
   * @default - none @tokens refused
   */
  readonly frontend?: string[];

  /**
   * Lines at the end of the configuration: sections of their own, such as `backend` or `cache`.
   * @default - none @tokens refused
   */
  readonly sections?: string[];
}
