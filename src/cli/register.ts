import { Option, type Command } from 'commander';
import type { House } from '../compose.ts';
import {
  decideChange,
  proposeAlive,
  proposeChannel,
  proposeIdentity,
  proposePayee,
  proposeSharing,
  recordConsent,
  recordNotice,
  type NoticeMeans,
} from '../intake/change-register.flow.ts';
import { FIELD_NAMES, type ChannelValue, type Identity } from '../intake/register-change.ts';
import { maskedName, maskedNumber } from '../kernel/mask.ts';
import { plainDate, isPlainDate } from '../kernel/period.ts';
import { Refusal } from '../kernel/refusal.ts';
import { both, grouped } from '../kernel/text.ts';
import { textTable } from '../platform/terminal.ts';
import { recipientRecord, type RecipientRecord } from '../report/recipient.sql.ts';
import { expectSandbox, filled, print, wholeNumber, withHouse } from './command.ts';

// The register from a terminal. Values of a change come from standard options and are never echoed.

/** What is known of a recipient, and how it is put right by two persons. */
export function registerCommands(program: Command): void {
  const recipient = program
    .command('recipient')
    .description('một người thụ hưởng trong sổ / one recipient of the register');
  recipient
    .command('show')
    .description(
      'nhân thân (che bớt), diện hưởng, người nhận, tài khoản và chứng cứ, đã chi gì / what is known and paid',
    )
    .argument('<id>', 'số người thụ hưởng / recipient number', recipientNumber)
    .action((id: bigint) => withHouse((house) => showRecipient(house, id)));
  correctCommand(recipient);
  aliveCommand(recipient);
  payeeCommand(recipient);
  decideCommand(recipient);
  accountCommands(program);
}

function correctCommand(recipient: Command): void {
  changing(recipient.command('correct'), 'đề nghị sửa nhân thân / propose to correct an identity')
    .option('--name <text>', 'họ và tên / full name')
    .option('--born <date>', 'YYYY-MM-DD hoặc YYYY / or a year alone')
    .addOption(new Option('--sex <sex>', 'giới tính / sex').choices(['male', 'female']))
    .option('--number <digits>', 'số định danh 12 số / citizen number')
    .option('--commune <code>', 'mã xã / commune')
    .option('--hamlet <text>', 'xóm, bản / hamlet')
    .option('--phone <digits>', 'điện thoại / telephone')
    .action((id: bigint, options: CorrectCommand) =>
      withHouse(async (house) => {
        const { by, document } = options;
        const changes = changesOf(options);
        const context = house.context({ actor: by });
        proposed(await proposeIdentity(context, { recipientId: id, document, changes }));
      }),
    );
}

function aliveCommand(recipient: Command): void {
  changing(
    recipient.command('alive'),
    'đề nghị ghi lại là còn sống / propose that somebody recorded as dead is alive',
  ).action((id: bigint, { by, document }: { by: string; document: string }) =>
    withHouse(async (house) => {
      proposed(await proposeAlive(house.context({ actor: by }), { recipientId: id, document }));
    }),
  );
}

function decideCommand(recipient: Command): void {
  recipient
    .command('decide')
    .description(
      'người thứ hai xác nhận hoặc từ chối một đề nghị (chỉ môi trường thử) / a second person decides (sandbox only)',
    )
    .argument('<id>', 'số người thụ hưởng / recipient number', recipientNumber)
    .requiredOption('--proposal <no>', 'số đề nghị / proposal number', wholeNumber)
    .requiredOption('--by <person>', 'người quyết định / who decides')
    .option('--decline <reason>', 'từ chối, vì sao / no, and why')
    .action((id: bigint, options: { proposal: number; by: string; decline?: string }) =>
      withHouse(async (house, config) => {
        expectSandbox(config);
        await decideChange(house.context({ actor: options.by }), {
          recipientId: id,
          proposalNo: options.proposal,
          decision: options.decline === undefined ? 'confirmed' : 'declined',
          reason: options.decline ?? '',
        });
        print(options.decline === undefined ? 'đã xác nhận / confirmed' : 'đã từ chối / declined');
      }),
    );
}

function payeeCommand(recipient: Command): void {
  whereTo(
    changing(
      recipient.command('payee'),
      'đề nghị đổi người nhận thay, và nơi họ nhận / propose who collects, and where',
    ),
  )
    .option('--self', 'người hưởng tự nhận / the recipient collects', false)
    .option('--relation <text>', 'quan hệ / what they are to the recipient', '')
    .option('--name <text>', 'họ và tên người nhận thay / their full name', '')
    .option('--number <digits>', 'số định danh người nhận thay / their citizen number', '')
    .option('--authority <text>', 'giấy ủy quyền, quyết định giám hộ / what authorises them', '')
    .action((id: bigint, options: ChangePayeeCommand) =>
      withHouse(async (house) => {
        const { by, document, oldAccount, relation, name, number, authority } = options;
        const payee = options.self
          ? ({ relation: 'self' } as const)
          : { relation, payeeName: name, payeeNumber: number, authority };
        const channel = channelOf(options);
        const proposal = { recipientId: id, document, oldAccount, payee, channel };
        proposed(await proposePayee(house.context({ actor: by }), proposal));
      }),
    );
}

function accountCommands(program: Command): void {
  const account = program
    .command('account')
    .description('nơi nhận tiền của một người / where somebody’s money goes');
  whereTo(
    changing(account.command('change'), 'đề nghị đổi tài khoản / propose another account'),
  ).action((id: bigint, options: ChangeAccountCommand) =>
    withHouse(async (house) => {
      const { by, document, oldAccount } = options;
      const channel = channelOf(options);
      const context = house.context({ actor: by });
      proposed(await proposeChannel(context, { recipientId: id, document, oldAccount, channel }));
    }),
  );
  changing(
    account.command('share'),
    'đề nghị tài khoản nhận chung cho nhiều người, hoặc thôi / propose that an account receives for several people, or no more',
  )
    .requiredOption('--for <text>', 'nhận cho ai (hộ, cơ sở); "" là thôi / for whom; "" ends it')
    .action((id: bigint, options: { by: string; document: string; for: string }) =>
      withHouse(async (house) => {
        const { by, document, for: sharedFor } = options;
        const context = house.context({ actor: by });
        proposed(await proposeSharing(context, { recipientId: id, document, sharedFor }));
      }),
    );
  account
    .command('told')
    .description('ghi nhận đã báo cho người hưởng theo liên hệ cũ / the recipient was told')
    .argument('<id>', 'số người thụ hưởng / recipient number', recipientNumber)
    .requiredOption('--by <person>', 'ai báo / who told them')
    .addOption(meansOption(['sms', 'letter', 'in_person', 'vneid']))
    .action((id: bigint, options: { by: string; means: NoticeMeans }) =>
      withHouse(async (house) => {
        await recordNotice(house.context({ actor: options.by }), { recipientId: id, ...options });
        print('đã ghi / recorded');
      }),
    );
  changing(
    account.command('consent'),
    'người hưởng tự xác nhận tài khoản mới / the recipient says yes',
  )
    .addOption(meansOption(['telephone', 'in_person', 'vneid']))
    .action((id: bigint, options: ConsentCommand) =>
      withHouse(async (house) => {
        await recordConsent(house.context({ actor: options.by }), { recipientId: id, ...options });
        print('đã ghi / recorded');
      }),
    );
}

interface CorrectCommand {
  readonly by: string;
  readonly document: string;
  readonly name?: string;
  readonly born?: string;
  readonly sex?: 'male' | 'female';
  readonly number?: string;
  readonly commune?: string;
  readonly hamlet?: string;
  readonly phone?: string;
}

interface ChangeAccountCommand {
  readonly by: string;
  readonly document: string;
  readonly oldAccount: string;
  readonly bank: string;
  readonly account: string;
  readonly holder: string;
  readonly cash: boolean;
}

interface ChangePayeeCommand extends ChangeAccountCommand {
  readonly self: boolean;
  readonly relation: string;
  readonly name: string;
  readonly number: string;
  readonly authority: string;
}

interface ConsentCommand {
  readonly by: string;
  readonly document: string;
  readonly means: 'telephone' | 'in_person' | 'vneid';
}

function changing(command: Command, description: string): Command {
  return command
    .description(description)
    .argument('<id>', 'số người thụ hưởng / recipient number', recipientNumber)
    .requiredOption('--by <person>', 'người đề nghị / who')
    .requiredOption(
      '--document <text>',
      'số giấy tờ làm căn cứ / the document it rests on',
      filled,
    );
}

/** The options that say where money goes now, and where it is to go. */
function whereTo(command: Command): Command {
  return command
    .requiredOption(
      '--old-account <number>',
      'tài khoản đang nhận; tiền mặt thì để "" / paid to now',
    )
    .option('--bank <bin>', 'mã ngân hàng 6 số / bank', '')
    .option('--account <number>', 'tài khoản mới / the new account', '')
    .option('--holder <name>', 'chủ tài khoản / holder', '')
    .option('--cash', 'nhận tiền mặt tại bưu điện / cash at the post office', false);
}

function channelOf(options: ChangeAccountCommand): ChannelValue {
  return {
    kind: options.cash ? 'cash_post' : 'account',
    bankBin: options.bank,
    accountNumber: options.account,
    holderName: options.holder,
  };
}

function meansOption(choices: readonly string[]): Option {
  return new Option('--means <means>', 'bằng cách nào / by what means')
    .choices(choices)
    .makeOptionMandatory();
}

function recipientNumber(text: string): bigint {
  return BigInt(wholeNumber(text));
}

function proposed(proposalNo: number): void {
  print(`đề nghị số ${proposalNo}, chờ người thứ hai / proposal ${proposalNo}, another decides`);
}

function changesOf(options: CorrectCommand): Partial<Identity> {
  const { name, born, sex, number, commune, hamlet, phone } = options;
  return {
    ...(name === undefined ? {} : { fullName: name }),
    ...(born === undefined ? {} : bornOn(born)),
    ...(sex === undefined ? {} : { sex }),
    ...(number === undefined ? {} : { citizenNumber: number }),
    ...(commune === undefined ? {} : { communeCode: commune }),
    ...(hamlet === undefined ? {} : { hamlet }),
    ...(phone === undefined ? {} : { phone }),
  };
}

function bornOn(text: string): Pick<Identity, 'birthDate' | 'birthYear'> {
  if (/^\d{4}$/.test(text)) return { birthYear: Number(text), birthDate: null };
  if (!isPlainDate(text))
    throw new Refusal('change-faulty', { field: both(FIELD_NAMES.birthDate) });
  return { birthYear: Number(text.slice(0, 4)), birthDate: plainDate(text) };
}

async function showRecipient({ db }: House, recipientId: bigint): Promise<void> {
  const record = await recipientRecord(db, recipientId);
  if (record === undefined) throw new Refusal('recipient-unknown', { recipientId });
  print(
    `${recipientId}  ${maskedName(record.fullName)}, ${record.sex}, ${record.birth.slice(0, 4)}`,
  );
  print(`  ${record.communeName ?? record.communeCode}, ${record.hamlet}`);
  if (record.diedOn !== null) print(`  đã chết / died ${record.diedOn}`);
  for (const [title, rows] of partsOf(record)) {
    if (rows.length === 0) continue;
    print(`\n${title}`);
    print(textTable(rows));
  }
}

function partsOf(record: RecipientRecord): [string, string[][]][] {
  return [
    [
      'SỐ ĐỊNH DANH / NUMBERS',
      record.numbers.map((it) => [it.kind, maskedNumber(it.number), it.until ?? '']),
    ],
    [
      'DIỆN HƯỞNG / ENROLMENTS',
      record.enrolments.map((it) => [
        it.ref,
        it.programme,
        it.ground,
        `${it.decision}, ${it.decidedOn}`,
        `${it.from} … ${it.stopsAfter ?? ''}`,
        it.stopReason ?? '',
        it.lastListed ?? '',
      ]),
    ],
    [
      'NGƯỜI NHẬN VÀ GIẤY ỦY QUYỀN / PAYEES AND AUTHORISATIONS',
      record.payees.map((it) => [
        String(it.no),
        it.relation,
        maskedName(it.fullName),
        maskedNumber(it.citizenNumber),
        it.authority,
      ]),
    ],
    ['NƠI NHẬN TIỀN / ACCOUNTS, WITH EVIDENCE', record.channels.map(channelRow)],
    [
      'ĐÃ CHI / PAID',
      record.payments.map((it) => [
        it.period,
        it.reference,
        `${grouped(BigInt(it.vnd))} đ`,
        `#${it.channelNo}`,
        it.returned ? 'returned' : (it.outcome ?? '…'),
      ]),
    ],
    [
      'THAY ĐỔI / CHANGES',
      record.changes.map((it) => [
        `#${it.proposalNo ?? ''}`,
        it.subject,
        it.fields.join(', '),
        it.document,
        `${it.proposedBy}, ${it.proposedAt.slice(0, 10)}`,
        `${it.decision ?? 'chờ / open'} ${it.decidedBy ?? ''}`.trimEnd(),
      ]),
    ],
  ];
}

function channelRow(it: RecipientRecord['channels'][number]): string[] {
  return [
    `#${it.no}`,
    it.kind,
    it.bankBin,
    maskedNumber(it.accountNumber),
    it.endedOn === null ? 'đang dùng / live' : `đến / until ${it.endedOn}`,
    it.evidence === null ? '' : `${it.evidence} ${it.checkedAt?.slice(0, 10) ?? ''}`,
    it.payableFrom === null ? '' : `chi từ / payable from ${it.payableFrom.slice(0, 10)}`,
    it.changeNo === null ? '' : it.told === null ? 'chưa báo / not told' : 'đã báo / told',
    it.consented === null ? '' : 'đã xác nhận / consented',
  ];
}
