// The words of the page on which a reader ends the mails, in both languages.
import type { Locale } from '#platform/schema.ts';

interface StopWords {
  title: string;
  /** Which address, in whose name. */
  lead(masked: string, brand: string): string;
  consequence: string;
  stop: string;
  notMine: string;
  stopped: string;
  stoppedText(masked: string, brand: string): string;
  notMineDone: string;
  notMineText(masked: string): string;
  again: string;
  back: string;
  backText(masked: string): string;
}

/** By language. */
export const stopWords: Record<Locale, StopWords> = {
  'zh-CN': {
    title: '不再接收邮件？',
    lead: (masked, brand) => `${brand} 会把维修进展发送到 ${masked}。`,
    consequence: '停止后，这个邮箱不会再收到任何维修邮件，包括报价和取机通知。维修照常进行，维修中心会看到您已停止接收，需要时会打电话给您。',
    stop: '停止接收邮件',
    notMine: '我没有申请维修',
    stopped: '已停止发送邮件',
    stoppedText: (masked, brand) => `${brand} 不会再向 ${masked} 发送邮件。`,
    notMineDone: '谢谢，我们已记录',
    notMineText: (masked) => `我们不会再向 ${masked} 发送邮件，维修中心会核对客户的联系方式。`,
    again: '重新接收邮件',
    back: '已恢复发送邮件',
    backText: (masked) => `之后的维修进展会再次发送到 ${masked}。`,
  },
  en: {
    title: 'No more mails?',
    lead: (masked, brand) => `${brand} sends news of a repair to ${masked}.`,
    consequence:
      'If you stop them, this address gets no mail about any repair, quotes and pick-up notices included. The repair goes on; the service center sees that you want no mails and calls where it has to.',
    stop: 'Stop the mails',
    notMine: 'I did not ask for a repair',
    stopped: 'No more mails',
    stoppedText: (masked, brand) => `${brand} sends no more mails to ${masked}.`,
    notMineDone: 'Thank you, we have noted it',
    notMineText: (masked) => `No more mails go to ${masked}, and the service center checks how its customer is reached.`,
    again: 'Send me mails again',
    back: 'You get mails again',
    backText: (masked) => `News of the repair goes to ${masked} from now on.`,
  },
};
