import type { Sex } from '../../src/kernel/citizen-number.ts';
import { foldName } from '../../src/kernel/text.ts';

/** A part of a name as it is written, and as a bank keeps it. Folded once here, not per person. */
export interface NamePart {
  readonly written: string;
  readonly folded: string;
}

/** Family names; the common ones stand here as often as they are met in the province. */
export const FAMILY_NAMES = parts(`
  Nguyễn,Nguyễn,Nguyễn,Nguyễn,Nguyễn,Nguyễn,Nguyễn,Nguyễn,Nguyễn,Nguyễn,Trần,Trần,Trần,Phan,Phan,
  Lê,Lê,Hồ,Hồ,Hoàng,Hoàng,Phạm,Phạm,Đặng,Đặng,Võ,Lô,Bùi,Cao,Lương,Lữ,Đậu,Vi,Thái,Moong,Ngô,Chu,
  Đinh,Trương,Lầu,Xồng,Dương,Già,Kha,Phùng,Đào,Hà,Cụt,Vừ,Tạ,Và,Vũ,Quang`);

export const MIDDLE_NAMES: Readonly<Record<Sex, readonly NamePart[]>> = {
  male: parts(`
    Văn,Văn,Văn,Văn,Văn,Văn,Đình,Xuân,Bá,Hữu,Đức,Thanh,Ngọc,Quang,Minh,Viết,Quốc,Công,Tiến,Sỹ,Duy,
    Trọng,Thế,Hoàng,Như,Mạnh`),
  female: parts(`
    Thị,Thị,Thị,Thị,Thị,Thị,Thị,Thị,Thị Hồng,Thị Thu,Thị Kim,Thị Thanh,Thị Ngọc,Thị Mỹ,Ngọc,Thanh,
    Hoàng Bảo,Kim,Bích,Thùy,Y`),
};

// No two of one list fold alike, so that another name of the list is another name at the bank too.
export const GIVEN_NAMES: Readonly<Record<Sex, readonly NamePart[]>> = {
  male: parts(`
    Hùng,Tuấn,Thắng,Dũng,Quang,Sơn,Nam,Hải,Long,Đức,Thành,Minh,Trung,Hiếu,Hòa,Thái,Bình,Ngọ,Tài,
    Toàn,Dần,Hoài,Cường,Quế,Phúc,Hợi,Hiền,Thọ,Đạt,Phon,Chiến,Lợi,Vinh,Dậu,Bảy,Hạnh,Tuất,Tân,Quý,
    Khăm,Tâm,Thón`),
  female: parts(`
    Lan,Nga,Hương,Mai,Hoa,Hạnh,Hồng,Ín,Hiền,Thu,Hà,Tâm,Lý,Nguyệt,Thảo,Thanh,Thủy,Xuân,Liên,Vân,
    Nhung,Yến,Huệ,Phượng,Hằng,Bảy,Loan,Lựu,Sáu,Oanh,Tuyết,Dếnh,Lún,Cúc,Pà,Xen,Trang,Sen,Nhàn,
    Duyên,Ươi`),
};

function parts(list: string): readonly NamePart[] {
  return list.split(',').map((part) => {
    const written = part.trim().normalize('NFC');
    return { written, folded: foldName(written) };
  });
}
