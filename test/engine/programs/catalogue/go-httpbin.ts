import { GoScratchImage, GoService, HealthCheck, PublishedPort } from '../../../../lib';
import { contains } from '../deployed';
import { RealProgram } from '../real-program';

/** Answers HTTP requests with what they were. */
export const goHttpbin: RealProgram = {
  name: 'go-httpbin',
  kinds: ['HTTP'],
  module: 'github.com/mccutchen/go-httpbin/v2',
  versions: ['v2.25.0', 'v2.26.0'],
  firstTry: { worked: true },
  ports: ['http'],

  deploy: (stack, { source, port }) => {
    new GoService(stack, 'httpbin', {
      image: new GoScratchImage(stack, 'Image', { source, mainPackage: './cmd/go-httpbin' }),
      healthCheck: HealthCheck.http('/status/200'),
      publish: PublishedPort.onLoopback(port('http')),
    });
  },

  use: async (deployed) => contains(await deployed.ask(deployed.url('http', '/get?greeting=hello')), '"hello"'),
  useNext: async (deployed) => contains(await deployed.ask(deployed.url('http', '/get?greeting=hello')), '"hello"'),
};
