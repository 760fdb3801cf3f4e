import { dockerApi } from './docker-api';
import { testRun } from './test-run';

/** One file of an image, read without running anything, so that the image may be for another architecture. */
export async function fileOfImage(image: string, path: string): Promise<Buffer> {
  // The platform is the image's own: without it the engine would look for one of this machine.
  const { Os, Architecture } = await dockerApi.get<{ Os: string; Architecture: string }>(`/images/${image}/json`);
  const { Id } = await dockerApi.post<{ Id: string }>('/containers/create',
    { query: { platform: `${Os}/${Architecture}` }, body: { Image: image, Labels: testRun.labels } });
  try {
    return onlyFileOfArchive(await dockerApi.bytes('GET', `/containers/${Id}/archive`, { query: { path } }));
  } finally {
    await dockerApi.delete(`/containers/${Id}`);
  }
}

/** All layers and the configuration of an image, as `docker save` writes them: uncompressed. */
export async function savedImage(image: string): Promise<Buffer> {
  return dockerApi.bytes('GET', `/images/${image}/get`);
}

/** The content of a tar archive's only entry: a header of 512 bytes with the size in octal digits at 124, then the content. */
function onlyFileOfArchive(archive: Buffer): Buffer {
  const size = parseInt(archive.toString('latin1', 124, 136), 8);
  return archive.subarray(512, 512 + size);
}
