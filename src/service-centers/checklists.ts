// What is tested before a device goes home, by kind of device: what a center starts from until it says otherwise.
import { z } from 'zod';
import { text } from '#platform/schema.ts';

/** One point of the final test. */
export const ChecklistItem = z
  .strictObject({
    key: z
      .string()
      .max(40)
      .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, { error: 'takes small letters, digits and single underscores' }),
    label: z.strictObject({ 'zh-CN': text(40), en: text(80) }),
    mandatory: z.boolean().meta({ description: 'The device does not leave before this was tested.' }),
  })
  .meta({ id: 'ChecklistItem', example: { key: 'charging', label: { 'zh-CN': '充电', en: 'Charging' }, mandatory: true } });
export type ChecklistItem = z.infer<typeof ChecklistItem>;

const list = () =>
  z
    .array(ChecklistItem)
    .max(60)
    .refine((items) => new Set(items.map((item) => item.key)).size === items.length, { error: 'names a key twice' });

/** The points by kind of device. */
export const Checklists = z.strictObject({ phone: list(), laptop: list(), tablet: list(), appliance: list(), other: list() }).meta({
  id: 'Checklists',
  example: {
    phone: [{ key: 'power_on', label: { 'zh-CN': '开机', en: 'Powers on' }, mandatory: true }],
    laptop: [],
    tablet: [],
    appliance: [],
    other: [],
  },
});
export type Checklists = z.infer<typeof Checklists>;

/** The lists that change; the others stay. */
export const ChecklistsChange = Checklists.partial().meta({
  id: 'ChecklistsChange',
  example: { phone: [{ key: 'power_on', label: { 'zh-CN': '开机', en: 'Powers on' }, mandatory: true }] },
});

const must = (key: string, zh: string, en: string): ChecklistItem => ({ key, label: { 'zh-CN': zh, en }, mandatory: true });
const may = (key: string, zh: string, en: string): ChecklistItem => ({ ...must(key, zh, en), mandatory: false });

const power = must('power_on', '开机', 'Powers on');
const charging = must('charging', '充电', 'Charging');
const display = must('display', '显示', 'Display');
const fault = must('reported_fault', '报修故障已排除', 'The reported fault is gone');
const outside = must('outside', '外观', 'Outside as at intake');
const touch = must('touch', '触控', 'Touch');
const sound = must('sound', '扬声器与麦克风', 'Loudspeaker and microphone');
const radio = must('radio', 'Wi-Fi 与蓝牙', 'Wi-Fi and Bluetooth');
const cameras = must('cameras', '摄像头', 'Cameras');
const battery = may('battery', '电池健康', 'Battery health');

/** The house lists. */
export const houseChecklists: Checklists = {
  phone: [
    fault,
    power,
    charging,
    display,
    touch,
    sound,
    cameras,
    radio,
    must('calls', '通话与信号', 'Calls and reception'),
    must('buttons', '按键', 'Buttons'),
    must('biometrics', '指纹或面容', 'Fingerprint or face'),
    outside,
    battery,
  ],
  tablet: [fault, power, charging, display, touch, sound, cameras, radio, must('buttons', '按键', 'Buttons'), outside, battery],
  laptop: [
    fault,
    power,
    charging,
    display,
    must('keyboard', '键盘', 'Keyboard'),
    must('touchpad', '触控板', 'Touchpad'),
    must('ports', '接口', 'Ports'),
    must('storage', '硬盘', 'Drive'),
    must('cooling', '散热', 'Fan and temperature'),
    radio,
    sound,
    outside,
    battery,
  ],
  appliance: [
    fault,
    power,
    must('insulation', '绝缘安全', 'Electrical safety: insulation'),
    must('earth', '接地', 'Electrical safety: protective earth'),
    must('leaks', '无渗漏', 'No leaks'),
    must('program', '完整程序运行', 'A whole program run'),
    outside,
    may('noise', '噪音', 'Noise'),
  ],
  other: [fault, power, outside],
};
