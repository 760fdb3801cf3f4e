import * as path from 'path';
import { Deployment, SynthesizedStack, describeWithEngine, freePort } from './engine';
import { GoScratchImage, GoService, PublishedPort, Size } from '../../lib';

export const INSPECTOR = path.join(__dirname, 'fixtures', 'inspector');

describeWithEngine('a service with all defaults', () => {
  let deployment: Deployment;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const image = new GoScratchImage(stack, 'image', { source: INSPECTOR });
      new GoService(stack, 'service', { image, publish: PublishedPort.onLoopback(port), memory: Size.mebibytes(64) });
    })).apply();
  });

  test('is healthy', async () => {
    const { State } = await deployment.container('e2e-service').inspect();
    expect(State.Health!.Status).toBe('healthy');
  });
  test('answers', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});
