import { dockerApi } from './docker-api';
import { testRun } from './test-run';

/** For tests that were ended before they could tidy up. Without an engine there is nothing to remove. */
export default async function removeTestRun(): Promise<void> {
  const answers = await dockerApi.get('/version').then(() => true, () => false);
  if (answers) {
    await testRun.removeEverything();
  }
}
