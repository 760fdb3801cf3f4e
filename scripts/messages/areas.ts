/** The sections of the page with the library's messages. */
import type { Kind, Message } from './message';

export interface Area {
  readonly title: string;
  /** Where to read more: a link in Markdown, for the introduction. */
  readonly more: string;
  readonly kinds: readonly Kind[];
  /** The files whose messages belong here. The first area that takes a message has it. */
  readonly files: RegExp;
}

const AT_SYNTH: readonly Kind[] = ['input', 'part', 'warning'];
const LATER: readonly Kind[] = ['terraform', 'shell', 'go'];

export const AREAS: readonly Area[] = [
  {
    title: 'Synth: types, ranges, names and values',
    more: '[Configuration](configuration.md), [every class and property](reference/README.md)',
    kinds: AT_SYNTH,
    files: /^lib\/(input|values|terraform|patterns)\//,
  },
  { title: 'Synth: Go modules, packages and embedded files', more: '[Images](images.md)', kinds: AT_SYNTH, files: /^lib\/(go|files|staging)\// },
  { title: 'Synth: images of Go programs', more: '[Images](images.md), [GoScratchImage](reference/GoScratchImage.md), [GoDistrolessImage](reference/GoDistrolessImage.md)', kinds: AT_SYNTH, files: /^lib\/program\// },
  { title: 'Synth: image references and registries', more: '[Images](images.md), [ContainerImage](reference/ContainerImage.md), [ImageRegistry](reference/ImageRegistry.md)', kinds: AT_SYNTH, files: /^lib\/(image\/|docker\/registry)/ },
  { title: 'Synth: health checks and liveness', more: '[HealthCheck](reference/HealthCheck.md)', kinds: AT_SYNTH, files: /^lib\/(health\/|service\/service-liveness)/ },
  { title: 'Synth: scheduled tasks', more: '[Scheduled tasks](scheduled-tasks.md), [Schedule](reference/Schedule.md)', kinds: AT_SYNTH, files: /^lib\/(schedule\/|service\/scheduled-task)/ },
  { title: 'Synth: files, volumes and mounts', more: '[Files](files.md), [ContainerFile](reference/ContainerFile.md), [ContainerMount](reference/ContainerMount.md)', kinds: AT_SYNTH, files: /^lib\/(service\/(file|program-files|volume)|workload\/(file|storage))/ },
  { title: 'Synth: rollouts, and what waits for what', more: '[Rollouts](rollouts.md), [Rollout](reference/Rollout.md)', kinds: AT_SYNTH, files: /^lib\/(docker\/|service\/(remote-readiness|rollout))/ },
  { title: 'Synth: services, tasks and their settings', more: '[Configuration](configuration.md), [GoService](reference/GoService.md), [GoTask](reference/GoTask.md)', kinds: AT_SYNTH, files: /^lib\/(service|workload|places)\// },
  { title: 'Synth: the gateway', more: '[Gateway](gateway.md), [its properties](reference/GatewayProps.md)', kinds: AT_SYNTH, files: /^lib\/gateway\// },
  { title: 'Synth: PostgreSQL', more: '[PostgreSQL](postgres.md), [PostgresDatabase](reference/PostgresDatabase.md)', kinds: AT_SYNTH, files: /^lib\/postgres\// },
  { title: 'Apply: containers that do not get ready', more: '[When a deploy fails](when-a-deploy-fails.md)', kinds: LATER, files: /^lib\/(docker|places)\// },
  { title: 'Apply: builds and files', more: '[Images](images.md), [Files](files.md)', kinds: LATER, files: /^lib\/(program|service)\// },
  { title: 'Apply and run: the gateway', more: '[Gateway](gateway.md)', kinds: LATER, files: /^lib\/gateway\// },
  { title: 'Apply and run: PostgreSQL', more: '[PostgreSQL](postgres.md)', kinds: LATER, files: /^lib\/postgres\// },
  { title: 'Run: health checks, trials and files (the probe)', more: '[When a deploy fails](when-a-deploy-fails.md), [rollouts](rollouts.md#a-new-version-is-tried-out-first)', kinds: LATER, files: /^lib\/health\// },
  { title: 'Run: scheduled tasks (the scheduler)', more: '[Scheduled tasks](scheduled-tasks.md)', kinds: LATER, files: /^lib\/schedule\// },
  { title: 'The command: what it cannot do', more: '[Operations](operations.md)', kinds: ['command'], files: /^lib\/command\// },
  { title: 'The command: what status finds', more: '[Operations](operations.md#see-what-runs)', kinds: ['status'], files: /^lib\/command\// },
];

export function areaOf({ kind, file, text }: Message): Area {
  const area = AREAS.find(({ kinds, files }) => kinds.includes(kind) && files.test(file));
  if (area === undefined) {
    throw new Error(`scripts/messages/areas.ts has no area for ${file}: ${text}`);
  }
  return area;
}
