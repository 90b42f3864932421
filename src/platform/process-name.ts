import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

// A name that a process has alone, and by which another process of the same machine can tell for sure
// that it is no more. On Linux it holds the boot, the space of process numbers and the tick at which the
// process began: a number that was given away again, a container beside it and the machine after a
// restart are all told apart. Elsewhere nobody can tell, and its leases are waited for.

const place = placeOf();

/** The name of this process, another one each time it is asked for. */
export function processName(): string {
  const began = place === undefined ? '' : (startOf(process.pid) ?? '');
  return [hostname(), place ?? '', process.pid, began, randomUUID()].join(' ');
}

/** Whether the process of a name is surely no more. False when nobody can tell from here. */
export function isGone(name: string): boolean {
  const [, itsPlace, pid, began] = name.split(' ');
  if (place === undefined || itsPlace !== place || pid === undefined || began === '') return false;
  return startOf(Number(pid)) !== began;
}

function placeOf(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** The tick at which a process began; undefined when there is none, or only its remains. */
function startOf(pid: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // After the name, in parentheses, field 3 is the state and field 22 the start.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
