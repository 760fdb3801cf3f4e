import { InputProblem } from '../input/input-error';

const LARGEST_ID = 4294967294;

/** The problem of an image's user, which the Dockerfile contains unchanged. */
export function userProblem(user: string | undefined): InputProblem | undefined {
  if (user === undefined) {
    return undefined;
  }
  const ids = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(user)?.slice(1).filter((id) => id !== undefined).map(Number);
  return ids !== undefined && ids.every((id) => id <= LARGEST_ID) ? undefined : {
    what: 'not a numeric user',
    given: user,
    allowed: `"uid" or "uid:gid", each from 0 to ${LARGEST_ID}`,
    remedy: 'use numbers: the image may not know the names',
  };
}
