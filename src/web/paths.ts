/** Every address of the web, in one place: a route, a link and a form name it from here. */
export const paths = {
  signIn: '/sign-in',
  outside: '/sign-in/outside',
  outsideBack: '/sign-in/outside/back',
  signOut: '/sign-out',
  stepUp: '/step-up',
  preferences: '/preferences',
  assets: '/assets',
  account: '/account',
  password: '/account/password',
  sessionsEnd: '/account/sessions/end',
  sessionEnd: '/account/sessions/:sessionId/end',
  secondFactor: '/account/second-factor',
  today: '/',
  progress: '/today/progress',

  own: '/my',
  ownOutside: '/my/outside',
  ownPayments: '/my/payments',
  ownClose: '/my/close',

  lists: '/lists',
  listTemplate: '/lists/template',
  listCheck: '/lists/check',
  listFaults: '/lists/check/faults',
  listApply: '/lists/apply',
  list: '/lists/:listId',
  listExplain: '/lists/:listId/explain',

  recipients: '/recipients',
  proposals: '/recipients/proposals',
  recipient: '/recipients/:recipientId',
  recipientReveal: '/recipients/:recipientId/reveal',
  recipientOwnCode: '/recipients/:recipientId/own-code',
  recipientCorrect: '/recipients/:recipientId/correct',
  recipientAlive: '/recipients/:recipientId/alive',
  recipientAccount: '/recipients/:recipientId/account',
  recipientSharing: '/recipients/:recipientId/sharing',
  recipientDecide: '/recipients/:recipientId/proposals/:proposalNo',

  worklist: '/worklist',
  worklistTogether: '/worklist/together',
  worklistTogetherPropose: '/worklist/together/propose',
  worklistTogetherDecide: '/worklist/together/decide',
  worklistCase: '/worklist/:period/:recipientId',
  worklistPropose: '/worklist/:period/:recipientId/propose',
  worklistDecide: '/worklist/:period/:recipientId/decide',

  batches: '/batches',
  batch: '/batches/:batchId',
  batchLines: '/batches/:batchId/lines',
  batchExport: '/batches/:batchId/lines.csv',
  batchApprove: '/batches/:batchId/approve',
  batchReject: '/batches/:batchId/reject',
  batchTakeBack: '/batches/:batchId/take-back',

  files: '/files',
  file: '/files/:fileId',
  fileReceive: '/files/receive',
  rehearsal: '/files/rehearsal',
  fileReveal: '/files/:fileId/reveal',
  fileContent: '/files/:fileId/content',
  fileAsk: '/files/:fileId/ask',
  fileHandedOver: '/files/:fileId/handed-over',
  fileWithdraw: '/files/:fileId/withdraw',
  fileCancel: '/files/:fileId/cancel',
  fileCancelConfirm: '/files/:fileId/cancel/confirm',
  fileCancelDecline: '/files/:fileId/cancel/decline',

  reconciliation: '/reconciliation',
  totals: '/reconciliation/totals',
  totalLines: '/reconciliation/lines',
  breaks: '/reconciliation/breaks',
  breaksFind: '/reconciliation/breaks/find',
  break: '/reconciliation/breaks/:breakId',
  breakAssign: '/reconciliation/breaks/:breakId/assign',
  breakPropose: '/reconciliation/breaks/:breakId/propose',
  breakDecide: '/reconciliation/breaks/:breakId/decide',
  days: '/reconciliation/days',
  daySign: '/reconciliation/days/sign',
  closing: '/reconciliation/closing',
  closingPropose: '/reconciliation/closing/propose',
  closingConfirm: '/reconciliation/closing/confirm',
  uncollected: '/reconciliation/uncollected',
  uncollectedPropose: '/reconciliation/uncollected/propose',
  uncollectedDecide: '/reconciliation/uncollected/decide',

  reports: '/reports',
  reportMonth: '/reports/month',
  reportDraw: '/reports/draw',
  reportList: '/reports/list',
  reportLines: '/reports/lines',
  reportAccounts: '/reports/accounts',
  reportContent: '/reports/:fileId/content',

  audit: '/audit',
  trace: '/audit/trace',
  verify: '/audit/verify',
  bundle: '/audit/bundle',

  settings: '/settings',
  programmes: '/settings/programmes',
  decrees: '/settings/decrees',
  decree: '/settings/decrees/:decreeId',
  decreeApprove: '/settings/decrees/:decreeId/approve',

  banks: '/settings/banks',
  bank: '/settings/banks/:channel/:version',
  bankApprove: '/settings/banks/:channel/:version/approve',
  units: '/settings/units',
  timetable: '/settings/timetable',
  job: '/settings/timetable/:job',
  jobRun: '/settings/timetable/:job/run',
  jobPause: '/settings/timetable/:job/pause',
  jobResume: '/settings/timetable/:job/resume',
  unitRetry: '/settings/timetable/:job/retry',
  unitCancel: '/settings/timetable/:job/cancel',
  alarms: '/settings/alarms',

  persons: '/settings/persons',
  personAdd: '/settings/persons/add',
  personReset: '/settings/persons/reset',
  personActive: '/settings/persons/active',
  personGrant: '/settings/persons/grant',
  personDecide: '/settings/persons/decide',
  personRevoke: '/settings/persons/revoke',
} as const;

/** The parameters that stand in an address: `/batches/:batchId` has batchId. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Readonly<Record<Name, string>> & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Readonly<Record<Name, string>>
    : unknown;

type Written<Params> = { readonly [Name in keyof Params]: string | number | bigint };

/** An address with its parameters written in, and what is asked for behind it. */
export function href<Path extends string>(
  path: Path,
  params: Written<ParamsOf<Path>>,
  query: Readonly<Record<string, string | number | bigint | null>> = {},
): string {
  const written = path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, string | number | bigint>)[name])),
  );
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, String(value)]],
  );
  return asked.length === 0 ? written : `${written}?${new URLSearchParams(asked).toString()}`;
}

/**
 * Whether a text may be gone back to: an address of ours. A browser reads two slashes, or a slash and a
 * backslash, as another host.
 */
export function isOwnAddress(text: string): boolean {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text);
}
