import { Image } from '@cdktf/provider-docker/lib/image';
import { LocalExecProvisioner, TerraformResource, TerraformStack, dependable } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { containersOf } from './containers-of';
import { EngineConfiguration, ON_ENGINE, engineEnvironment } from './docker-command';
import { TerraformData } from '../terraform/data';
import { literal } from '../terraform/text';

/**
 * Prints the tags of a repository that are fingerprints, one a line, the one that was deployed last first.
 *
 * Quirk: images have no useful date, because builds set `SOURCE_DATE_EPOCH`. The engine knows when it tagged an image last, and a deploy
 * of an earlier version tags that again.
 */
const TAGS_OF_VERSIONS = [
  ON_ENGINE,
  // The text is read again by a shell.
  'case "$REPOSITORY" in "" | *[!A-Za-z0-9._/:-]*) echo "not a repository: $REPOSITORY" >&2; exit 1 ;; esac',
  'images=$(on_engine "image ls --quiet --no-trunc $REPOSITORY") || { echo "$CONSTRUCT: its images are not listed, and none is removed." >&2; exit 1; }',
  'images=$(printf "%s\\n" "$images" | sort -u | tr "\\n" " ")',
  'tags() {',
  '  case "$images" in *[!\\ ]*) ;; *) return ;; esac',
  '  on_engine "image inspect --format \'{{range .RepoTags}}{{\\$.Metadata.LastTagTime.UnixNano}} {{println .}}{{end}}\' $images" 2>/dev/null |',
  '    sort -rn | while read -r time name; do',
  '      tag=${name##*:}',
  '      [ "$name" = "$REPOSITORY:$tag" ] || continue',
  '      version=${tag%%-*}',
  '      case "$version" in *[!0-9a-f]*) continue ;; esac',
  '      [ "${#version}" -eq "$TAG_LENGTH" ] && echo "$tag"',
  '    done',
  '}',
  // The engine refuses to remove an image that a container uses. Without its own input, ssh would read the list.
  'remove() { on_engine "image rm $REPOSITORY:$1" </dev/null >/dev/null 2>&1 && echo "$CONSTRUCT: removed the image $REPOSITORY:$1"; }',
];

const REMOVE_OLD = [
  ...TAGS_OF_VERSIONS,
  'seen=" " count=0',
  'tags | while read -r tag; do',
  '  case "$seen" in *" ${tag%%-*} "*) ;; *) seen="$seen${tag%%-*} "; count=$((count+1)) ;; esac',
  '  [ "$count" -gt "$KEPT" ] || continue',
  '  case " $WANTED " in *" $REPOSITORY:$tag "*) ;; *) remove "$tag" ;; esac',
  'done',
  'exit 0',
].join('\n');

const REMOVE_ALL = [
  ...TAGS_OF_VERSIONS,
  'tags | while read -r tag; do remove "$tag"; done',
  'exit 0',
].join('\n');

export interface RepositoryOnEngine {
  readonly repository: string;
  /** The length of a fingerprint. Images with other tags are not the library's. */
  readonly tagLength: number;
  /** The user's configuration of the engine's provider. */
  readonly engine: EngineConfiguration;
}

export interface OldImagesSettings extends RepositoryOnEngine {
  /** The builds of the current version, one for each platform. */
  readonly images: readonly Image[];
  /** How many versions stay, the current one included. */
  readonly kept: number;
}

/**
 * Removes the images of old versions after every container of the stack runs the current one. Images that the stack builds, and those that a
 * container uses, stay.
 */
export class OldImages extends TerraformData {
  public constructor(scope: Construct, id: string, private readonly old: OldImagesSettings) {
    super(scope, id);
  }

  /** Reads at synth which containers and images the stack has. */
  public toTerraform(): any {
    const stack = TerraformStack.of(this);
    const wanted = stack.node.findAll().filter(isImage).map(({ nameInput }) => engineName(nameInput!));
    this.dependsOn = containersOf(stack).map(dependable);
    this.provisioners = [removal(REMOVE_OLD, {
      ...repositoryEnvironment(this, this.old),
      KEPT: String(this.old.kept),
      WANTED: wanted.filter((name) => name.startsWith(`${engineName(this.old.repository)}:`)).sort().join(' '),
    })];
    return super.toTerraform();
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    return { triggers_replace: [...this.old.images.map(({ imageId }) => imageId), this.old.kept] };
  }
}

/**
 * Removes all images of a repository with `terraform destroy`. Images depend on it and containers on images, so it is destroyed last.
 *
 * A provisioner of that time may refer to its own resource alone, and would also run with a replacement. What it needs is therefore in
 * `input`, whose changes replace nothing.
 */
export class ImagesToDestroy extends TerraformData {
  public constructor(scope: Construct, id: string, private readonly all: RepositoryOnEngine) {
    super(scope, id);
    const names = Object.keys(repositoryEnvironment(this, all));
    this.provisioners = [{
      ...removal(REMOVE_ALL, Object.fromEntries(names.map((name) => [name, `\${try(self.input.${name}, null)}`]))),
      when: 'destroy',
    }];
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    return { input: repositoryEnvironment(this, this.all) };
  }
}

function isImage(node: IConstruct): node is Image {
  return TerraformResource.isTerraformResource(node) && node.terraformResourceType === Image.tfResourceType;
}

/** The engine leaves out the domain of Docker Hub. */
function engineName(repository: string): string {
  return repository.replace(/^(index\.)?docker\.io\/(library\/)?/, '');
}

function removal(script: string, environment: Record<string, string>): LocalExecProvisioner {
  return { type: 'local-exec', command: literal(script), environment };
}

function repositoryEnvironment(scope: Construct, { repository, tagLength, engine }: RepositoryOnEngine): Record<string, string> {
  return {
    ...engineEnvironment(engine),
    CONSTRUCT: literal(scope.node.scope!.node.path),
    REPOSITORY: engineName(repository),
    TAG_LENGTH: String(tagLength),
  };
}
