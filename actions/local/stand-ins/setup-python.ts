// Workflows of this project need a Python only to train the example's models; the machine's own does.
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { variable } from './variable.ts';

try {
  const found = execFileSync('python3', ['-c', 'import platform; print(platform.python_version())'], {
    encoding: 'utf8',
  }).trim();
  const asked = variable('INPUT_PYTHON-VERSION');
  process.stdout.write(
    `Stand-in for actions/setup-python: nothing is installed; python3 of this machine is ${found}` +
      `${asked ? ` (asked for: ${asked})` : ''}\n`,
  );
  appendFileSync(variable('GITHUB_OUTPUT'), `python-version=${found}\n`);
} catch {
  process.stdout.write('::error::Stand-in for actions/setup-python: there is no python3 on this machine\n');
  process.exitCode = 1;
}
