import { BaseImage, ContainerMount, GoDistrolessImage, GoService, HealthCheck, PublishedPort } from '../../../../lib';
import { contains } from '../deployed';
import { Field, bytes, callGrpc, integer } from '../grpc-call';
import { RealProgram } from '../real-program';

/** The key-value store of etcd, over gRPC, on SQLite that is written in C. */
export const kine: RealProgram = {
  name: 'kine',
  kinds: ['gRPC', 'SQLite with cgo', 'data directory'],
  module: 'github.com/k3s-io/kine',
  versions: ['v0.17.4', 'v0.17.5'],
  firstTry: { worked: true },
  ports: ['grpc'],
  needsCCompiler: true,

  deploy: (stack, { source, port, volume }) => {
    new GoService(stack, 'kine', {
      image: new GoDistrolessImage(stack, 'Image', { source, variant: BaseImage.BASE }),
      arguments: ['--endpoint=sqlite:///data/state.db'],
      port: 2379,
      publish: PublishedPort.onLoopback(port('grpc')),
      healthCheck: HealthCheck.grpc(),
      mounts: [ContainerMount.volume(volume('data'), '/data')],
    });
  },

  use: async (deployed) => {
    // A transaction that creates the key: compare (target mod, key, revision 0), success (put key and value).
    const compare = bytes(1, integer(2, 2), bytes(3, KEY));
    const put = bytes(2, bytes(2, bytes(1, KEY), bytes(2, Buffer.from('open since eight'))));
    await callGrpc(deployed.port('grpc'), '/etcdserverpb.KV/Txn', compare, put);
    contains(await valueOf(deployed.port('grpc')), 'open since eight');
  },
  useNext: async (deployed) => contains(await valueOf(deployed.port('grpc')), 'open since eight'),
};

const KEY: Field = Buffer.from('/shop/opening');

async function valueOf(port: number): Promise<string> {
  return (await callGrpc(port, '/etcdserverpb.KV/Range', bytes(1, KEY))).toString('latin1');
}
