import { Timeline } from './timeline';

/** Seconds from the beginning of the apply, as docs/rollouts.md measured them. */
const AT = { built: 1, healthy: 12, changedOver: 14, ended: 18, end: 20 };

export const ROLLOUT: Timeline = {
  title: 'A blue/green rollout',
  description: 'The new container starts beside the old one and becomes healthy. The gateway changes over. '
    + 'Then the old one gets SIGTERM, finishes its requests and ends.',
  end: AT.end,
  step: 5,
  marks: [
    { at: AT.built, text: 'images are built', side: 'right' },
    { at: AT.healthy, text: 'healthy', side: 'left' },
    { at: AT.changedOver, text: 'the gateway changes over', side: 'right' },
  ],
  rows: [
    {
      name: 'old version',
      bars: [
        { from: 0, to: AT.changedOver, text: 'serves', color: 'good' },
        { from: AT.changedOver, to: AT.ended, text: 'SIGTERM, drains', color: 'waiting' },
      ],
    },
    {
      name: 'new version',
      bars: [
        { from: AT.built, to: AT.healthy, text: 'starts, settles, is checked', color: 'waiting' },
        { from: AT.healthy, to: AT.changedOver, text: 'ready', color: 'good' },
        { from: AT.changedOver, to: AT.end, text: 'serves', color: 'good' },
      ],
    },
    {
      name: 'requests go to',
      bars: [
        { from: 0, to: AT.changedOver, text: 'the old version', color: 'requests' },
        { from: AT.changedOver, to: AT.end, text: 'the new version', color: 'requests' },
      ],
    },
  ],
};

/** Without seconds: how long a version may take to become healthy is the health check's to say. */
const FAILED = { built: 1, failed: 14, end: 20 };

export const FAILED_ROLLOUT: Timeline = {
  title: 'A failed blue/green rollout',
  description: 'The new container does not become healthy. The apply fails, the gateway does not change over, and the old container keeps serving.',
  end: FAILED.end,
  marks: [
    { at: FAILED.built, text: 'images are built', side: 'right' },
    { at: FAILED.failed, text: 'the apply fails', side: 'right' },
  ],
  rows: [
    { name: 'old version', bars: [{ from: 0, to: FAILED.end, text: 'serves', color: 'good' }] },
    {
      name: 'new version',
      bars: [
        { from: FAILED.built, to: FAILED.failed, text: 'does not become healthy', color: 'bad' },
        { from: FAILED.failed, to: FAILED.end, text: 'is left to look at', color: 'gone' },
      ],
    },
    { name: 'requests go to', bars: [{ from: 0, to: FAILED.end, text: 'the old version', color: 'requests' }] },
  ],
};
