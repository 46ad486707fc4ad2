import { spawnSync } from 'node:child_process';

/** Why nothing of Python with Flask can be run here; undefined where it can. */
export const flaskIsMissing: string | undefined = (() => {
  if (spawnSync('python3', ['--version']).status !== 0) return 'there is no python3';
  return spawnSync('python3', ['-c', 'import flask']).status === 0 ? undefined : 'python3 has no Flask';
})();
