import { InputProblem } from '../input/input-error';
import { nearest } from '../input/nearest';

/** The capabilities that an engine knows. Source: `include/uapi/linux/capability.h` of Linux 6.12, `man 7 capabilities` */
const CAPABILITIES: readonly string[] = [
  'AUDIT_CONTROL', 'AUDIT_READ', 'AUDIT_WRITE', 'BLOCK_SUSPEND', 'BPF', 'CHECKPOINT_RESTORE', 'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER',
  'FSETID', 'IPC_LOCK', 'IPC_OWNER', 'KILL', 'LEASE', 'LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE', 'MKNOD', 'NET_ADMIN', 'NET_BIND_SERVICE',
  'NET_BROADCAST', 'NET_RAW', 'PERFMON', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYSLOG', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_CHROOT', 'SYS_MODULE',
  'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'WAKE_ALARM',
];

/** The problem of a capability that a container is to keep. */
export function capabilityProblem(given: string): InputProblem | undefined {
  if (CAPABILITIES.includes(given)) {
    return undefined;
  }
  const name = given.toUpperCase().replace(/^CAP_/, '');
  const meant = CAPABILITIES.includes(name) ? name : nearest(name, CAPABILITIES);
  return {
    what: 'not a capability to keep',
    given,
    allowed: 'names as in `man 7 capabilities` without "CAP_", for example "NET_BIND_SERVICE"',
    remedy: name === 'ALL' || meant === undefined ? 'name each capability that the program needs' : `write ${JSON.stringify(meant)}`,
  };
}
