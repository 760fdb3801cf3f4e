import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import type { InventoryModule } from '../../lib/go/module-inventory';
import type { BillOfMaterialsModel } from '../../lib/program/software-bill-of-materials';

/**
 * A bill of materials as the OWASP project's own library writes it, which sorts by the machine's language.
 *
 * @param purls the package URLs by bom-ref, which the library takes as they are
 */
export function billOfMaterialsByLibrary(model: BillOfMaterialsModel, purls: ReadonlyMap<string, string>): string {
  const program = new Models.Component(Enums.ComponentType.Application, model.importPath, {
    bomRef: model.importPath,
    purl: purls.get(model.importPath),
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: program }) });
  addProperty(bom.metadata.properties, 'builder-image', model.builderImage);
  addProperty(bom.metadata.properties, 'runtime-image', model.runtimeImage ?? 'scratch');
  for (const module of model.modules) {
    const component = moduleComponent(module, purls);
    bom.components.add(component);
    if (module.use === 'imported') {
      program.dependencies.add(component.bomRef);
    }
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 2 }) + '\n';
}

function moduleComponent(module: InventoryModule, purls: ReadonlyMap<string, string>): Models.Component {
  const { path, version, replaces, directory, sum, use } = module;
  const bomRef = version === '' ? path : `${path}@${version}`;
  const component = new Models.Component(Enums.ComponentType.Library, path, {
    bomRef,
    purl: purls.get(bomRef),
    version: version || undefined,
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
  properties.add(new Models.Property(`cdktf-go-docker:${name}`, value));
}
