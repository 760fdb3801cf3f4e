/** Requests that the gateway sends elsewhere. */
export interface GatewayRedirect {
  /**
   * The host name of the requests, for example `www.shop.example`; or `*.shop.example` for all names below it.
   * @default - every host name that no route or other redirect names @tokens refused
   */
  readonly host?: string;

  /**
   * The beginning of the requests' path, in whole segments, as that of a route.
   * @default "/" @tokens refused
   */
  readonly pathPrefix?: string;

  /** Where to: an absolute URL such as `https://shop.example`, or a path such as `/new`. @tokens refused */
  readonly location: string;

  /**
   * Whether the part of the path behind `pathPrefix`, and the query, are appended to `location`.
   * @default true
   */
  readonly keepPath?: boolean;

  /**
   * Whether browsers may remember the redirect: with status 308, otherwise 307. Both keep the method and the body.
   * @default true
   */
  readonly permanent?: boolean;
}
