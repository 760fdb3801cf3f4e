/** Texts of the sources that the page leaves out, and why. Each must be in the sources. */
export const LEFT_OUT: readonly { readonly reason: string; readonly texts: readonly string[] }[] = [
  {
    reason: 'progress: nothing is wrong',
    texts: [
      'Copying roles.', 'Copying database ‹database›.', 'Verified database ‹database›: ‹…›', 'Setting the password of the superuser.',
      'Upgraded from version ‹upgrade from› to ‹pg major›. The old volume is as it was.', 'The volume holds the data that was upgraded from version ‹…›',
      'The volume holds a complete data directory: no script runs.', 'This file has been restored into this database before; nothing to do.',
      'backup of database ‹database›: ‹name›, ‹…›', 'next attempt in ‹wait seconds› seconds', 'next backup at ‹…›', 'the directory can be written',
      'each database has a backup that is young enough', 'this directory is the place of backups from now on', '‹construct› may use the volume ‹volume name›.',
      '‹construct›: removed the image ‹repository›:‹…›', 'the certificates have changed: the gateway has loaded them', 'process ‹process› is ended',
      'The last initialisation was interrupted. It begins anew.',
      'place: ‹group› files are in place', 'own: ‹changed› files have a new owner', 'reload: the program has started with these files',
      'reload: the program was sent ‹arguments 0›', 'trial: healthy after ‹started› ms: ‹line›‹end›', '‹subject›connected on ‹name›', 'connect to port ‹port›:',
      'run of ‹last› ‹last›; next run ‹location›', 'running since ‹location›', '(before this start)', 'no run has ended yet',
      'told to end: the run may finish within ‹finish›',
    ],
  },
  {
    reason: 'a heading of the lines that follow, or a part of another message',
    texts: [
      'The engine says:', 'Last answers of its health check:', 'The end of its log (docker logs ‹…›):', '‹construct›: ‹…› Nothing has been changed.',
      '‹construct›: the container ‹…› ‹…›.‹meaning›', '‹…›: line ‹…›: exit code ‹…›: ‹…›', '‹construct› ended with exit code ‹code›. ‹meaning›',
      'correct the script and apply again.', 'give the construct another volume name or another database, or remove restoreFrom().',
      'Look into it, and remove it with "docker volume rm" if it is not needed.',
      'Mount the disk and restart this container. To go on with this directory, run in this container: backup.sh accept',
      'Give the directory to this user, or set `user` in BackupStorage.directory().', 'with exit code ‹exit code›', 'not a name for a PostgreSQL extension', 'after it had been healthy',
      'before it was healthy: ‹text›', '(out of memory)', 'nothing was received',
    ],
  },
  {
    reason: 'no method of this version takes names that are needed at synth',
    texts: ['a name in the argument ‹name› is a value that only Terraform knows, but it is needed at synth'],
  },
  {
    reason: 'the record of a task, and its metrics',
    texts: ['last-failure ‹…›', 'last-exit-code ‹exit code›', 'last-attempts ‹attempts›', 'there is only /metrics'],
  },
  {
    reason: 'no value can be so: a size is finite, not negative, and in whole bytes when it exists',
    texts: [
      'the prop `sharedMemory` is not a finite number', 'the prop `sharedMemory` is not a whole number', 'the option `‹name›` of the tuning is not a finite number',
      'the option `‹name›` of the tuning is too small', 'the option `‹name›` of the tuning is not a whole number', 'the option `‹name›` of the tuning is not a whole multiple of ‹step›',
    ],
  },
  {
    reason: 'only a kernel, its settings or a container runtime makes them, such as a container without /proc; no test can',
    texts: [
      'cannot read /proc/uptime: ‹reason›', 'cannot read the log of the kernel: it needs the capability SYSLOG', 'cannot read the log of the kernel: ‹reason›', 'cannot read /proc/1/comm: ‹reason›', 'cannot list /proc: ‹reason›',
      'process 1 has no child', 'reload: cannot read /proc/1/stat', 'reload: cannot signal the program: ‹reason›', 'cannot read /proc/self/ns/pid: ‹reason›',
      'no loopback address to connect to', 'trial: cannot block signals: ‹reason›', 'trial: cannot start /proc/self/exe: ‹reason›',
    ],
  },
];
