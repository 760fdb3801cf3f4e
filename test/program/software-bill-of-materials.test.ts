import { createHash } from 'crypto';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { GoScratchImage } from '../../lib';
import type { InventoryModule } from '../../lib/go/module-inventory';
import { type BillOfMaterialsModel, renderBillOfMaterials } from '../../lib/program/software-bill-of-materials';
import { writeFiles } from '../go/fixture';
import { billOfMaterialsByLibrary } from '../oracles/cyclonedx';
import { SeededRandom } from '../oracles/seeded-random';
import { helloProgram, newStack, stagedFile, synthesized } from '../stack';

const MODEL: BillOfMaterialsModel = {
  importPath: 'example.com/Shop/cmd/api',
  modulePath: 'example.com/Shop',
  builderImage: 'golang:1.26',
  modules: [
    { path: 'github.com/Azure/sdk', version: 'v68.0.0+incompatible', sum: 'h1:c3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3U=', use: 'imported' },
    { path: 'example.net/fork', version: 'v1.0.1', replaces: { path: 'example.org/a', version: 'v1.0.0' }, use: 'imported' },
    { path: 'example.com/local', version: '', directory: '../local', use: 'imported' },
    { path: 'example.org/below', version: 'v0.1.0', use: 'indirect' },
  ],
};
const NOTHING: BillOfMaterialsModel = { importPath: 'example.com/app', modulePath: 'example.com/app', builderImage: 'golang:1.26', modules: [] };

/** What the library writes for the same model, with our package URLs. */
function byLibrary(model: BillOfMaterialsModel): string {
  const { metadata, components } = JSON.parse(renderBillOfMaterials(model));
  return billOfMaterialsByLibrary(model, new Map([metadata.component, ...components].map((component) => [component['bom-ref'], component.purl])));
}

/** The text with its lists in an order that no language decides. */
function inOneOrder(text: string): string {
  return JSON.stringify(JSON.parse(text, (_, value) => Array.isArray(value) ? value.map((each) => JSON.stringify(each)).sort() : value));
}

function randomModel(random: SeededRandom): BillOfMaterialsModel {
  const name = () => random.pick(['a.b', 'github.com', 'x', '~y']) + '/' + random.several(1, 3, () => random.pick([...'abzAZ09-._~'])).join('');
  const version = () => random.pick(['v1.0.0', 'v2.0.0+incompatible', 'v0.0.0-20240101000000-abcdefabcdef']);
  const optional = <T>(value: T): T | undefined => random.below(2) === 0 ? undefined : value;
  const modules = random.several(0, 6, (): InventoryModule => ({
    path: name(),
    version: random.pick(['', version()]),
    replaces: optional({ path: name(), version: version() }),
    directory: optional(random.pick(['.', '../a', 'dir/"quoted"'])),
    sum: optional('h1:c3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3U='),
    use: random.pick(['imported', 'indirect']),
  }));
  const different = [...new Map(modules.map((module) => [`${module.path}@${module.version}`, module])).values()];
  return { ...NOTHING, importPath: `example.com/app/${name()}`, runtimeImage: optional('distroless:nonroot'), modules: different };
}

describe('a bill of materials', () => {
  const text = renderBillOfMaterials(MODEL);
  const bom = JSON.parse(text);
  const component = (name: string): any => bom.components.find((candidate: any) => candidate.name === name);
  const property = (of: any, name: string): string | undefined => of.properties.find((candidate: any) => candidate.name === `cdktf-go-docker:${name}`)?.value;

  test('is valid CycloneDX 1.6', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    const random = new SeededRandom(32);
    for (const valid of [text, renderBillOfMaterials(NOTHING), ...Array.from({ length: 30 }, () => renderBillOfMaterials(randomModel(random)))]) {
      expect(await validator.validate(valid)).toBeNull();
    }
    expect(await validator.validate(text.replace('"library"', '"nonsense"'))).not.toBeNull();
  });

  test.each<[string, BillOfMaterialsModel]>([
    ['a program with every kind of module', { ...MODEL, importPath: 'example.com/shop/cmd/api', modulePath: 'example.com/shop' }],
    ['a program without modules', NOTHING],
    ['a program on a runtime image', { ...NOTHING, runtimeImage: 'gcr.io/distroless/static-debian12:nonroot' }],
    ['a program that imports none of its modules', { ...NOTHING, modules: MODEL.modules.slice(3) }],
    ['quotes, markup and a line separator', { ...NOTHING, builderImage: 'a<b>&"\\\u2028é' }],
  ])('is what the CycloneDX library writes: %s', (_, model) => {
    expect(renderBillOfMaterials(model)).toBe(byLibrary(model));
  });

  test('is what the CycloneDX library writes for 300 random programs, apart from the order', () => {
    const random = new SeededRandom(31);
    const models = Array.from({ length: 300 }, () => randomModel(random));
    expect(models.map((model) => inOneOrder(renderBillOfMaterials(model)))).toEqual(models.map((model) => inOneOrder(byLibrary(model))));
  });

  test('is sorted by code units', () => {
    const paths = ['github.com/zed/x', 'github.com/aaron/x', 'github.com/Zed/x', 'github.com/a-b/x', 'github.com/a/x', 'github.com/ähm/x'];
    const { components, dependencies } = JSON.parse(renderBillOfMaterials({
      ...NOTHING, modules: paths.map((path) => ({ path, version: 'v1.0.0', use: 'imported' })),
    }));
    const sorted = ['github.com/Zed/x', 'github.com/a-b/x', 'github.com/a/x', 'github.com/aaron/x', 'github.com/zed/x', 'github.com/ähm/x'];
    expect(components.map(({ name }: any) => name)).toEqual(sorted);
    expect(dependencies[0].dependsOn).toEqual(sorted.map((path) => `${path}@v1.0.0`));
    expect(dependencies.map(({ ref }: any) => ref)).toEqual(['example.com/app', ...sorted.map((path) => `${path}@v1.0.0`)]);
  });

  test('is the same each time', () => {
    expect(renderBillOfMaterials({ ...MODEL, modules: [...MODEL.modules].reverse() })).toBe(text);
    expect(bom).not.toHaveProperty('serialNumber');
    expect(bom.metadata).not.toHaveProperty('timestamp');
  });

  test('is about the program', () => {
    expect(bom.metadata.component).toMatchObject({ type: 'application', name: 'example.com/Shop/cmd/api', purl: 'pkg:golang/example.com/shop#cmd/api' });
    expect(property(bom.metadata, 'builder-image')).toBe('golang:1.26');
    expect(property(bom.metadata, 'runtime-image')).toBe('scratch');
  });

  test('has the package URL of each module, in lower case and with a version that is encoded', () => {
    expect(bom.components.map(({ purl }: any) => purl).sort()).toEqual([
      'pkg:golang/example.com/local', 'pkg:golang/example.net/fork@v1.0.1', 'pkg:golang/example.org/below@v0.1.0',
      'pkg:golang/github.com/azure/sdk@v68.0.0%2Bincompatible',
    ]);
  });

  test('has what CycloneDX has no field for as properties', () => {
    expect(property(component('github.com/Azure/sdk'), 'go.sum')).toBe('h1:c3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3U=');
    expect(component('github.com/Azure/sdk')).not.toHaveProperty('hashes');
    expect(property(component('example.net/fork'), 'replaces')).toBe('example.org/a@v1.0.0');
    expect(property(component('example.com/local'), 'directory')).toBe('../local');
  });

  test('tells what is imported from what may be', () => {
    expect(component('example.net/fork')).toMatchObject({ scope: 'required' });
    expect(component('example.org/below')).toMatchObject({ scope: 'optional' });
    expect(property(component('example.org/below'), 'use')).toBe('indirect');
    expect(bom.dependencies.find(({ ref }: any) => ref === 'example.com/Shop/cmd/api').dependsOn).toEqual([
      'example.com/local', 'example.net/fork@v1.0.1', 'github.com/Azure/sdk@v68.0.0+incompatible',
    ]);
  });
});

describe('an image\'s bill of materials', () => {
  const program = (): string => writeFiles({
    'go.mod': 'module example.com/app\n\ngo 1.26\n\nrequire example.org/a v1.0.0\n',
    'main.go': 'package main\n\nimport _ "example.org/a"\n\nfunc main() {}\n',
    'go.sum': 'example.org/a v1.0.0 h1:c3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3VtbXVtc3U=\n',
  });

  test('is beside its Dockerfile, and the image\'s label has its SHA-256', () => {
    const stack = newStack();
    const image = new GoScratchImage(stack, 'app', { source: program() });
    synthesized(stack);
    const text = stagedFile(stack, image.billOfMaterialsPath);
    expect(image.billOfMaterialsPath).toBe('assets/dev-app/sbom.cdx.json');
    expect(JSON.parse(text).components.map(({ purl }: any) => purl)).toEqual(['pkg:golang/example.org/a@v1.0.0']);
    expect(image.dockerfile).toContain(`LABEL "cdktf-go-docker.sbom-sha256"="${createHash('sha256').update(text).digest('hex')}"`);
  });

  test('is copied into no image', () => {
    const { dockerfile } = new GoScratchImage(newStack(), 'app', { source: helloProgram() });
    expect(dockerfile).not.toContain('sbom.cdx.json');
    expect(dockerfile.match(/^COPY (?!--from)(\S+) /gm)).toEqual(['COPY probe/ ', 'COPY modules/ ', 'COPY src/ ']);
  });
});
