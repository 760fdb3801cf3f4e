import { createHash } from 'crypto';
import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import type { InventoryModule } from '../go/module-inventory';

/** What a software bill of materials is written from. */
export interface BillOfMaterialsModel {
  /** The import path of the main package. */
  readonly importPath: string;
  readonly modulePath: string;
  readonly modules: readonly InventoryModule[];
  readonly builderImage: string;
  /** The image that the program runs on; none is `scratch`. */
  readonly runtimeImage?: string;
}

/** The name of the file beside the Dockerfile: the extension by which tools recognise CycloneDX. */
export const BILL_OF_MATERIALS_FILE = 'sbom.cdx.json';

/** The label whose value is the SHA-256 of the bill of materials. */
export const BILL_OF_MATERIALS_LABEL = 'cdktf-go-docker.sbom-sha256';

/** Properties that CycloneDX has no field for. */
const PROPERTY = 'cdktf-go-docker:';

/**
 * The modules of a program as CycloneDX 1.6, in JSON. The same model gives the same bytes: there is no time in it and no random number.
 *
 * go.sum's hashes are properties and not `hashes`, because those of CycloneDX are over the bytes of one file, and go.sum's are over a list of
 * files: a tool that compares the two would find every module falsified.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function renderBillOfMaterials(model: BillOfMaterialsModel): string {
  const program = new Models.Component(Enums.ComponentType.Application, model.importPath, {
    bomRef: model.importPath,
    purl: packageUrl(model.modulePath, '', model.importPath.slice(model.modulePath.length + 1)),
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: program }) });
  addProperty(bom.metadata.properties, 'builder-image', model.builderImage);
  addProperty(bom.metadata.properties, 'runtime-image', model.runtimeImage ?? 'scratch');
  for (const module of model.modules) {
    const component = moduleComponent(module);
    bom.components.add(component);
    if (module.use === 'imported') {
      program.dependencies.add(component.bomRef);
    }
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 2 }) + '\n';
}

/** The value of the label that ties an image to its bill of materials. */
export function billOfMaterialsDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function moduleComponent(module: InventoryModule): Models.Component {
  const { path, version, replaces, directory, sum, use } = module;
  const component = new Models.Component(Enums.ComponentType.Library, path, {
    bomRef: version === '' ? path : `${path}@${version}`,
    purl: packageUrl(path, version),
    version: version || undefined,
    // CycloneDX has no word for "perhaps"; what is not needed at any rate is optional.
    scope: use === 'imported' ? Enums.ComponentScope.Required : Enums.ComponentScope.Optional,
  });
  addProperty(component.properties, 'use', use);
  if (sum !== undefined) {
    addProperty(component.properties, 'go.sum', sum);
  }
  if (replaces !== undefined) {
    addProperty(component.properties, 'replaces', `${replaces.path}@${replaces.version}`);
  }
  if (directory !== undefined) {
    addProperty(component.properties, 'directory', directory);
  }
  return component;
}

function addProperty(properties: Models.PropertyRepository, name: string, value: string): void {
  properties.add(new Models.Property(PROPERTY + name, value));
}

/**
 * The package URL of a module. Its type `golang` has lower-case namespaces and names.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/golang-definition.md
 */
function packageUrl(module: string, version: string, subpath = ''): string {
  const encoded = (text: string): string => text.split('/').map((part) => encodeURIComponent(part).replace(/%3A/g, ':')).join('/');
  return `pkg:golang/${encoded(module.toLowerCase())}${version && `@${encodeURIComponent(version)}`}${subpath && `#${encoded(subpath)}`}`;
}
