import { CDKTN, MODULES, PEERS } from './names';

/** The second package's package.json. */
export function manifest(first: any): any {
  const without = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).filter(([name]) => !(name in MODULES) && name !== 'constructs'));
  const { targets } = first.jsii;
  return {
    ...first,
    name: CDKTN.name,
    description: first.description.replace('CDKTF', 'CDK Terrain'),
    keywords: first.keywords.map((word: string) => MODULES[word] ?? word).sort(),
    bin: { [CDKTN.name]: first.bin['cdktf-go-docker'] },
    engines: { node: `>= ${CDKTN.node}` },
    peerDependencies: { ...without(first.peerDependencies), ...PEERS },
    devDependencies: {
      ...without(first.devDependencies), '@cdktn/provider-docker': CDKTN.binding, 'cdktn': CDKTN.cdktn, 'constructs': CDKTN.constructs,
    },
    jsii: { ...first.jsii, targets: renamed(targets) },
  };
}

/** An example's package.json. */
export function exampleManifest(first: any): any {
  const { '@cdktf/provider-docker': _, cdktf: __, 'cdktf-go-docker': latest, constructs: ___, ...dependencies } = first.dependencies;
  const { 'cdktf-cli': ____, ...tools } = first.devDependencies;
  return {
    ...first,
    engines: { node: `>= ${CDKTN.node}` },
    scripts: Object.fromEntries(Object.entries<string>(first.scripts).map(([name, command]) => [name, command.replace(/\bcdktf\b/, 'cdktn')])),
    dependencies: { ...dependencies, ...PEERS, [CDKTN.name]: latest },
    devDependencies: { ...tools, 'cdktn-cli': PEERS.cdktn },
  };
}

/** Names of the packages of other languages: `cdktf-go-docker`, `cdktf_go_docker`, `CdktfGoDocker`, `cdktfgodocker`. */
function renamed(targets: unknown): unknown {
  const text = JSON.stringify(targets).replace(/(github\.com\/)cdktf-go-docker\//g, '$1\u0000/');
  return JSON.parse(text.replace(/cdktf/g, 'cdktn').replace(/Cdktf/g, 'Cdktn').replace(/\u0000/g, 'cdktf-go-docker'));
}
