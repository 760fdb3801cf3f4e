import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformStack, TerraformVariable, Testing } from 'cdktf';
import { Defaults, DockerHost, GoService, GoServiceWithPostgres, ImageRegistry, PostgresDatabase, BackupSchedule, BackupStorage } from '../../lib';
import { callMessageOf, messageOf } from '../message';
import { filesBelow, goImage, helloProgram, newStack, resources, synthesized, writeStack } from '../stack';

const SERVER = 'deploy@server.example.com';
const ALIAS = 'ssh-deploy-server-example-com';

function shop(place?: DockerHost): TerraformStack {
  const stack = newStack();
  if (place) {
    Defaults.apply(stack, { place });
  }
  new GoServiceWithPostgres(stack, 'shop', { source: helloProgram() });
  return stack;
}

const transfers = (stack: TerraformStack) => resources(stack, 'terraform_data').filter(({ provisioner }) => provisioner?.[0]['local-exec'].environment.TARGETS);
const environmentOf = (stack: TerraformStack) => transfers(stack)[0].provisioner[0]['local-exec'].environment;
const providers = (stack: TerraformStack) => synthesized(stack).provider.docker
  .filter(({ alias = '' }: { alias?: string }) => !/(^|_)(gate_\d\d|after_\w+)$/.test(alias));

describe('a machine that is reached by ssh', () => {
  test('gets a provider, whose alias and options are a contract', () => {
    expect(providers(shop(DockerHost.ssh(SERVER)))).toEqual([{
      alias: ALIAS,
      host: `ssh://${SERVER}`,
      ssh_opts: ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4'],
    }]);
  });

  test('has the user\'s options first, because ssh takes the first value', () => {
    const [{ alias, ssh_opts: options }] = providers(shop(DockerHost.ssh(SERVER, { name: 'production', sshOptions: ['-o', 'ConnectTimeout=60'] })));
    expect([alias, ...options.slice(0, 2)]).toEqual(['production', '-o', 'ConnectTimeout=60']);
  });

  test('builds here, and runs what was sent by its tag', () => {
    const stack = shop(DockerHost.ssh(SERVER));
    const [built] = resources(stack, 'docker_image').filter(({ build }) => build !== undefined);
    expect(built.provider).toBeUndefined();
    const service = resources(stack, 'docker_container').find(({ name }) => name === 'dev-shop');
    expect([service.image, service.provider]).toEqual([built.name, expect.stringMatching(`^docker.${ALIAS}_gate_\\d\\d$`)]);
    expect(environmentOf(stack)).toMatchObject({
      IMAGE: built.name,
      SOURCE: '${jsonencode({"name" = "this machine"})}',
    });
    expect(environmentOf(stack).TARGETS).toContain(`"host" = "ssh://${SERVER}"`);
  });

  test('makes the containers of all machines wait for each transfer', () => {
    const stack = newStack();
    const image = goImage(stack);
    new GoService(stack, 'here', { image });
    new GoService(stack, 'there', { image, place: DockerHost.ssh('a') });
    new GoService(stack, 'elsewhere', { image, place: DockerHost.ssh('b') });
    const [address] = Object.entries(synthesized(stack).resource.terraform_data)
      .filter(([, { provisioner }]: [string, any]) => provisioner?.[0]['local-exec'].environment.TARGETS).map(([id]) => id);
    const images = synthesized(stack).provider.docker.filter(({ alias = '' }: { alias?: string }) => /(^|_)gate_00$/.test(alias));
    expect(images.map((gate: object) => JSON.stringify(gate).includes(`terraform_data.${address}.id`))).toEqual([true, true, true]);
    // One transfer, which reads the image once.
    expect(transfers(stack)).toHaveLength(1);
    expect(transfers(stack)[0]).toMatchObject({
      triggers_replace: [
        image.reference, 'ssh-a', '${docker_volume.Machine-ssh-a.mountpoint}', 'ssh-b', '${docker_volume.Machine-ssh-b.mountpoint}',
      ],
    });
  });

  test('gets the images of backups as well', () => {
    const stack = newStack();
    Defaults.apply(stack, { place: DockerHost.ssh(SERVER) });
    new PostgresDatabase(stack, 'database').backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 7, to: BackupStorage.volume() });
    expect(transfers(stack).length).toBeGreaterThan(0);
    expect(resources(stack, 'docker_image').filter(({ build }) => build !== undefined).map(({ provider }) => provider)).toEqual(
      transfers(stack).map(() => undefined));
  });

  test('pulls an image that has a registry', () => {
    const stack = newStack();
    const image = goImage(stack, { registry: ImageRegistry.of('registry.example.com/team') });
    new GoService(stack, 'service', { image, place: DockerHost.ssh(SERVER) });
    expect(transfers(stack)).toEqual([]);
  });

  test('loses old images as this machine does', () => {
    const stack = newStack();
    const image = goImage(stack, { keepImages: 2 });
    new GoService(stack, 'service', { image, place: DockerHost.ssh(SERVER) });
    expect(resources(stack, 'terraform_data').flatMap(({ provisioner }) => provisioner?.[0]['local-exec'].environment.KEPT === '2'
      ? [provisioner[0]['local-exec'].environment.DOCKER_HOST ?? 'here'] : []).sort()).toEqual(['here', `ssh://${SERVER}`]);
  });

  test('has the program that sends images beside the stack', () => {
    const directory = writeStack(shop(DockerHost.ssh(SERVER)));
    expect(filesBelow(directory).filter((file) => file.includes('transfer/')).map((file) => file.replace(/.*transfer\//, '')).sort()).toEqual(
      ['archive.mjs', 'engine.mjs', 'main.mjs', 'process.mjs', 'receiver.mjs', 'settings.mjs']);
  });

  test('is not asked to build by the default provider', () => {
    const stack = newStack('dev', { host: `ssh://${SERVER}` });
    goImage(stack);
    expect(messageOf(() => Testing.synth(stack))).toBe([
      'dev/image/Resource: the Docker provider cannot build images on an engine that is reached by ssh',
      `  given:   "ssh://${SERVER}"`,
      '  allowed: an engine of this machine, which builds the image and sends it to the other one',
      `  to do:   leave \`host\` out of the default provider, and set \`place: DockerHost.ssh('${SERVER}')\``,
    ].join('\n'));
  });

  test('is also one of a provider of the user', () => {
    const stack = newStack();
    const provider = new DockerProvider(stack, 'production', { alias: 'production', host: `ssh://${SERVER}` });
    Defaults.apply(stack, { place: DockerHost.fromProvider(provider) });
    new GoServiceWithPostgres(stack, 'shop', { source: helloProgram() });
    expect(transfers(stack)).toHaveLength(1);
  });

  test('is made once for each stack, and cannot be reached in two ways', () => {
    const stack = newStack();
    const image = goImage(stack);
    new GoService(stack, 'one', { image, place: DockerHost.ssh('server') });
    new GoService(stack, 'two', { image, place: DockerHost.ssh('ssh://server') });
    expect(providers(stack)).toHaveLength(1);
    expect(messageOf(() => new GoService(stack, 'three', { image, place: DockerHost.ssh('server', { sshOptions: ['-4'] }) }))).toContain(
      'two machines of the stack have one name, or one machine is reached in two ways');
    expect(messageOf(() => new GoService(stack, 'four', { image, place: DockerHost.ssh('other', { name: 'ssh-server' }) }))).toContain('given:   "ssh-server: ssh://server and ssh://other"');
  });

  test.each(['', '-oProxyCommand=touch /tmp/x', 'a b', 'user@-host', 'ssh://host/path', 'host:port', 'ho"st', 'a@b@c', 'host\n'])(
    'is not %j', (destination) => {
      expect(callMessageOf(() => DockerHost.ssh(destination))).toContain('not a destination for ssh');
    });

  test.each(['server', 'deploy@server', 'ssh://deploy@server:2222', '[::1]:22', '10.0.0.1', 'first.last+x@a-b.example'])('may be %j', (destination) => {
    expect(() => DockerHost.ssh(destination)).not.toThrow();
  });

  test('has no options that Terraform would read as templates', () => {
    expect(callMessageOf(() => DockerHost.ssh('server', { sshOptions: ['-o', 'ControlPath=${HOME}/x'] }))).toContain('cannot hold "${" or "%{"');
  });

  test.each(['-o ConnectTimeout=5', '', 'ProxyCommand="nc"', '*'])('has no option %j, which a shell would read as several words or none', (option) => {
    expect(callMessageOf(() => DockerHost.ssh('server', { sshOptions: [option] }))).toContain('an option for ssh is not one word');
  });

  test('has a name that Terraform takes', () => {
    expect(callMessageOf(() => DockerHost.ssh('server', { name: '1st' }))).toContain('not a name for a machine in a stack');
  });
});

describe('a machine that is reached over TCP', () => {
  test('has certificates in files', () => {
    expect(providers(shop(DockerHost.tcp('tcp://server:2376', { tls: { directory: '/etc/docker/tls' } })))).toEqual([
      { alias: 'tcp-server-2376', host: 'tcp://server:2376', cert_path: '/etc/docker/tls' },
    ]);
  });

  test('has certificates as texts, whose key stays a reference', () => {
    const stack = newStack();
    const key = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true });
    const place = DockerHost.tcp('tcp://server:2376', { name: 'server', tls: { certificateAuthority: 'A', certificate: 'B', privateKey: key.stringValue } });
    new GoService(stack, 'service', { image: goImage(stack), place });
    expect(providers(stack)).toEqual([{ alias: 'server', host: 'tcp://server:2376', ca_material: 'A', cert_material: 'B', key_material: '${var.key}' }]);
    expect(environmentOf(stack).TARGETS).toContain('"key.pem" = var.key');
  });

  test.each([
    ['tcp://server:2376', {}, 'an engine of another machine without TLS'],
    ['server:2376', {}, 'not the address of an engine over TCP'],
    ['tcp://server', {}, 'not the address of an engine over TCP'],
    ['tcp://server:2376', { tls: {} }, 'TLS needs the certificates once'],
    ['tcp://server:2376', { tls: { certificate: 'x' } }, 'TLS needs the certificates once'],
    ['tcp://server:2376', { tls: { directory: '/x', certificate: 'x' } }, 'TLS needs the certificates once'],
  ])('is not %s with %j', (address, options, message) => {
    expect(callMessageOf(() => DockerHost.tcp(address, options))).toContain(message);
  });

  test('needs no TLS on this machine', () => {
    expect(() => DockerHost.tcp('tcp://127.0.0.1:2375')).not.toThrow();
  });
});
