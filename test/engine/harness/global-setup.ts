import { testRun } from './test-run';

export default function startTestRun(): void {
  testRun.start();
}
