import { Volume } from '@cdktf/provider-docker/lib/volume';
import { TerraformStack } from 'cdktf';
import { ContainerImage, ContainerMount, GoTask, Rollout, Size } from '../../lib';
import { messageOf } from '../message';
import { goImage, goService, newStack, resourcesByPath } from '../stack';

const DATA = ContainerMount.volume('data', '/data');

function containers(stack: TerraformStack): Record<string, any> {
  return resourcesByPath(stack).docker_container;
}

describe('a volume', () => {
  test('is given to its program\'s user before the program starts', () => {
    const stack = newStack();
    const service = goService(stack, { image: goImage(stack, { user: '7:8' }), mounts: [DATA, ContainerMount.directory('/srv', '/srv')] });
    service.addMount(ContainerMount.volume('more', '/more'));
    const { 'service/Volumes/Resource': owner, 'service/Resource': program } = containers(stack);
    expect(owner).toMatchObject({
      entrypoint: ['/probe', 'own'],
      command: ['7:8', '/data', '/more'],
      user: '0:0',
      attach: true,
      read_only: true,
      image: program.image,
      capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_READ_SEARCH'] },
      volumes: [
        { volume_name: 'data', container_path: '/data', read_only: false }, { volume_name: 'more', container_path: '/more', read_only: false },
      ],
    });
    expect(owner.provisioner[0]['local-exec'].environment.EXPLANATION).toContain('set `keepOwner: true`');
    expect(program.depends_on).toContainEqual(expect.stringMatching(/^docker_container\.service_Volumes_/));
  });

  test('of a task and of a service that is replaced side by side as well', () => {
    const stack = newStack();
    const image = goImage(stack);
    new GoTask(stack, 'task', { image, mounts: [DATA] });
    goService(stack, { image, mounts: [DATA], rollout: Rollout.blueGreen() });
    expect(Object.keys(containers(stack))).toEqual(expect.arrayContaining(['task/Volumes/Resource', 'service/Volumes/Resource']));
  });

  test.each<[string, ContainerMount]>([
    ['that is only read', ContainerMount.volume('data', '/data', { readOnly: true })],
    ['that keeps its owner', ContainerMount.volume('data', '/data', { keepOwner: true })],
    ['that is a directory of the host', ContainerMount.directory('/srv', '/data')],
    ['in memory', ContainerMount.tmpfs('/data')],
  ])('%s is not given to anybody', (_, mount) => {
    const stack = newStack();
    goService(stack, { image: goImage(stack), mounts: [mount] });
    expect(Object.keys(containers(stack))).not.toContain('service/Volumes/Resource');
  });

  test('of an image whose user is not known keeps the owner of the image\'s directory', () => {
    const stack = newStack();
    goService(stack, { mounts: [DATA] });
    expect(Object.keys(containers(stack))).not.toContain('service/Volumes/Resource');
  });

  test('of an image from a registry belongs to the given user, who runs the program', () => {
    const stack = newStack();
    goService(stack, { image: ContainerImage.fromRegistry('acme/x:1', { user: '7', probePath: '/probe' }), mounts: [DATA] });
    const { 'service/Volumes/Resource': owner, 'service/Resource': program } = containers(stack);
    expect(program.user).toBe('7');
    expect(owner.entrypoint.slice(0, 2)).toEqual(['/bin/sh', '-euc']);
    expect(owner.command).toEqual(['7', '/data']);
  });

  test('of two programs with different users is refused, by name and by resource', () => {
    const stack = newStack();
    const { name } = new Volume(stack, 'volume', { name: 'x' });
    goService(stack, { image: goImage(stack, { user: '7' }), mounts: [DATA, ContainerMount.volume(name, '/x')] });
    const other = { image: goImage(stack, { user: '8' }, 'other') };
    expect(messageOf(() => goService(stack, { ...other, mounts: [DATA] }, 'b'))).toBe(
      'dev/b: another program writes to the same volume as another user: dev/service as 7\n  given:   "8"\n'
      + '  allowed: one user for all programs that write to a volume\n'
      + '  to do:   give both images the same `user`, mount the volume with `readOnly: true` in one of them, or with `keepOwner: true` in one that needs only what '
      + 'the permissions allow');
    expect(messageOf(() => goService(stack, { ...other, mounts: [ContainerMount.volume(name, '/x')] }, 'c'))).toContain('another program writes');
    goService(stack, { ...other, mounts: [ContainerMount.volume('data', '/data', { readOnly: true })] }, 'd');
  });

  test('of an image without a shell and probe is refused', () => {
    const stack = newStack();
    const image = ContainerImage.fromRegistry('acme/x:1', { user: '7', hasShell: false, probePath: '/probe' });
    expect(messageOf(() => goService(stack, { image, mounts: [DATA] }))).toContain('nothing in the image can give a volume to the program\'s user');
  });

  test('of an image from a registry needs a numeric user', () => {
    expect(messageOf(() => ContainerImage.fromRegistry('acme/x:1', { user: 'redis' }))).toContain('not a numeric user');
  });
});

describe('/tmp', () => {
  const tmpfs = (props: Record<string, unknown>) => {
    const stack = newStack();
    const service = goService(stack, props);
    return { stack, service, of: () => containers(stack)['service/Resource'].tmpfs };
  };
  const DEFAULT = 'rw,nosuid,nodev,noexec,mode=1777,size=65536k';

  test('is there beside mounts', () => {
    expect(tmpfs({}).of()).toEqual({ '/tmp': DEFAULT });
    expect(tmpfs({ mounts: [ContainerMount.directory('/srv', '/tmp/srv')] }).of()).toEqual({ '/tmp': DEFAULT });
  });

  test('has the size of the setting', () => {
    expect(tmpfs({ tmpSize: Size.kibibytes(5) }).of()).toEqual({ '/tmp': DEFAULT.replace('65536', '5') });
  });

  test('is what the user mounts there, also later', () => {
    const mount = ContainerMount.tmpfs('/tmp', { size: Size.mebibytes(1), executable: true });
    expect(tmpfs({ mounts: [mount] }).of()['/tmp']).toContain(',exec,');
    const later = tmpfs({});
    later.service.addMount(mount);
    expect(later.of()['/tmp']).toContain(',exec,');
    expect(messageOf(() => later.service.addMount(mount))).toContain('two mounts at one path');
  });

  test('has one size', () => {
    expect(messageOf(() => tmpfs({ tmpSize: Size.mebibytes(1), mounts: [ContainerMount.tmpfs('/tmp')] }))).toContain('`tmpSize` has no effect beside a mount at /tmp');
  });
});
