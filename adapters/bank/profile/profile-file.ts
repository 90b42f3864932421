/**
 * Bank profiles as JSON files. What is accepted is said by bank-profile.schema.json, and by the rules
 * that no schema can say; every fault is told at once, with its place and never with a value.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BankProfile } from '../../../src/batch/bank-profile.ts';
import {
  profileContent,
  profileFaults,
  type ProfileFault,
} from '../../../src/batch/bank-profile-rules.ts';
import type { ReadProfile } from '../../../src/batch/bank-profile.port.ts';
import { isPlainDate } from '../../../src/kernel/period.ts';

/** A profile has a few thousand characters. */
const LONGEST_PROFILE = 262_144;

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
ajv.addFormat('day', (text: string) => isPlainDate(text));

const isProfile = ajv.compile<BankProfile>(
  JSON.parse(readFileSync(new URL('bank-profile.schema.json', import.meta.url), 'utf8')) as object,
);

/**
 * Reads a profile. With it comes its content in one form, members in order and without spaces, so
 * that the same profile has the same hash however somebody laid it out.
 */
export const readProfile: ReadProfile = (bytes) => {
  const value = parsed(bytes);
  if (value === undefined) return refusedFor([NOT_JSON]);
  if (!isProfile(value)) return refusedFor((isProfile.errors ?? []).map(faultOf));
  const faults = profileFaults(value);
  if (faults.length > 0) return refusedFor(faults);
  const content = profileContent(value);
  const sha256 = createHash('sha256').update(content, 'utf8').digest('hex');
  return { profile: value, content, sha256, faults };
};

function refusedFor(faults: readonly ProfileFault[]): ReturnType<ReadProfile> {
  return { profile: null, faults };
}

const NOT_JSON: ProfileFault = {
  path: '',
  vi: 'không phải JSON bằng UTF-8, hoặc quá dài; hãy kiểm tra tệp đã chọn',
  en: 'not JSON in UTF-8, or too long; check which file was chosen',
};

function parsed(bytes: Buffer): unknown {
  if (bytes.length > LONGEST_PROFILE) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

function faultOf({ instancePath, params, message = 'wrong' }: ErrorObject): ProfileFault {
  // The field that is too much, or that is not there, is the place.
  const names = params as { additionalProperty?: string; missingProperty?: string };
  const field = names.additionalProperty ?? names.missingProperty;
  const path = field === undefined ? instancePath : `${instancePath}/${pointed(field)}`;
  return { path, vi: `không đúng khuôn mẫu của hồ sơ (${message})`, en: message };
}

/** A name in a JSON pointer (RFC 6901). */
function pointed(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
