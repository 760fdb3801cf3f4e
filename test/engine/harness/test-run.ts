import { randomBytes } from 'crypto';
import { dockerApi } from './docker-api';

/** The label of everything that a run of the engine tests creates, so that it can be removed again. */
const LABEL = 'cdktf-go-docker.test-run';
const VARIABLE = 'ENGINE_TEST_RUN';

/** Several runs may share an engine: each has an id, which is in the names of all that it creates. */
export const testRun = {
  start(): void {
    process.env[VARIABLE] = randomBytes(4).toString('hex');
  },

  get id(): string {
    return process.env[VARIABLE] ?? (process.env[VARIABLE] = randomBytes(4).toString('hex'));
  },

  get labels(): Record<string, string> {
    return { [LABEL]: this.id };
  },

  /** The name of a container, network or volume on the engine. */
  objectName(synthesized: string): string {
    return `test-${this.id}-${synthesized}`;
  },

  get imageRepository(): string {
    return `cdktf-go-docker-test-${this.id}`;
  },

  /** Removes everything that the run created and that is still there. */
  async removeEverything(): Promise<void> {
    const filters = JSON.stringify({ label: [`${LABEL}=${this.id}`] });
    for (const { Id } of await dockerApi.get<{ Id: string }[]>('/containers/json', { all: 'true', filters })) {
      await dockerApi.delete(`/containers/${Id}`, { force: 'true', v: 'true' });
    }
    for (const { Id } of await dockerApi.get<{ Id: string }[]>('/networks', { filters })) {
      await dockerApi.delete(`/networks/${Id}`);
    }
    for (const { Name } of (await dockerApi.get<{ Volumes: { Name: string }[] | null }>('/volumes', { filters })).Volumes ?? []) {
      await dockerApi.delete(`/volumes/${Name}`, { force: 'true' });
    }
    const images = await dockerApi.get<{ RepoTags: string[] | null }[]>('/images/json',
      { filters: JSON.stringify({ reference: [`${this.imageRepository}:*`] }) });
    for (const tag of images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name.startsWith(`${this.imageRepository}:`))) {
      await dockerApi.delete(`/images/${tag}`);
    }
  },
};
