import { DataDockerRegistryImage } from '@cdktf/provider-docker/lib/data-docker-registry-image';
import { Image } from '@cdktf/provider-docker/lib/image';
import { RegistryImage } from '@cdktf/provider-docker/lib/registry-image';
import { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { RegistryLogin } from './registry-access';
import { TerraformData } from '../terraform/data';
import { literal } from '../terraform/text';

/**
 * An image that the building engine pushes to a registry.
 *
 * Destroy keeps the image in the registry, because others may use it. Its tag is a fingerprint, so no tag is ever pushed again.
 */
export function pushedImage(scope: Construct, id: string, image: Image, reference: string, provider?: TerraformProvider): RegistryImage {
  return new RegistryImage(scope, id, { name: reference, keepRemotely: true, dependsOn: [image], provider });
}

/** A reference to several images, one for each platform. */
export interface ManifestListSettings {
  readonly reference: string;
  readonly images: readonly { readonly platform: string; readonly repository: string; readonly pushed: RegistryImage }[];
  readonly login: RegistryLogin;
  readonly provider?: TerraformProvider;
}

/**
 * A constant text: its values are environment variables.
 *
 * It uses a copy of Docker's configuration. `docker manifest` saves unfinished lists beside it, and a variable's credentials must not
 * reach the user's file.
 */
const PUSH_LIST = `set -e
DOCKER_CONFIG_COPY=$(mktemp -d)
trap 'rm -rf "$DOCKER_CONFIG_COPY"' EXIT
if [ -n "$REGISTRY_USERNAME" ]; then
  auth=$(printf '%s:%s' "$REGISTRY_USERNAME" "$REGISTRY_PASSWORD" | base64 | tr -d '\\n')
  (umask 077; printf '{"auths":{"%s":{"auth":"%s"}}}' "$REGISTRY_HOST" "$auth" > "$DOCKER_CONFIG_COPY/config.json")
elif [ -n "$REGISTRY_CONFIG_FILE" ]; then
  case $REGISTRY_CONFIG_FILE in "~/"*) REGISTRY_CONFIG_FILE="$HOME/$(printf %s "$REGISTRY_CONFIG_FILE" | cut -c 3-)" ;; esac
  (umask 077; cp "$REGISTRY_CONFIG_FILE" "$DOCKER_CONFIG_COPY/config.json")
fi
export DOCKER_CONFIG="$DOCKER_CONFIG_COPY"
unset REGISTRY_PASSWORD auth
insecure=
if [ "$REGISTRY_PLAIN_HTTP" = true ]; then insecure=--insecure; fi
docker manifest create $insecure "$LIST" $IMAGES
docker manifest push $insecure "$LIST"
`;

/**
 * A manifest list.
 *
 * Quirk: the provider pushes only images of the engine, and an engine without the containerd image store has no lists (provider 3.6.2).
 * The docker command on the machine that runs Terraform therefore creates the list.
 *
 * @returns the digest of the list
 */
export function manifestList(scope: Construct, id: string, settings: ManifestListSettings): string {
  const { reference, images, login, provider } = settings;
  const { username, password, configFile } = login;
  const list = new TerraformData(scope, id, {
    // cdktf would turn a list into an object with the keys 0, 1, 2.
    triggersReplace: Object.fromEntries([['list', reference], ...images.map(({ platform, pushed }) => [platform, pushed.sha256Digest])]),
    dependsOn: images.map(({ pushed }) => pushed),
    provisioners: [{
      type: 'local-exec',
      interpreter: ['/bin/sh', '-c'],
      command: PUSH_LIST,
      environment: {
        LIST: reference,
        // Digests, so that a concurrent push of the tag does not matter. Neither names nor digests contain white space.
        IMAGES: images.map(({ repository, pushed }) => `${repository}@${pushed.sha256Digest}`).join(' '),
        REGISTRY_HOST: login.host,
        REGISTRY_PLAIN_HTTP: String(login.plainHttp),
        REGISTRY_USERNAME: literal(username ?? ''),
        REGISTRY_PASSWORD: literal(password ?? ''),
        REGISTRY_CONFIG_FILE: literal(configFile ?? ''),
      },
    }],
  });
  return new DataDockerRegistryImage(scope, `${id}Digest`, { name: reference, dependsOn: [list], provider }).sha256Digest;
}
