// The words of the page with the one question, by language.
import type { Locale } from '#platform/schema.ts';

/** What the page says. */
export interface SurveyWords {
  title: string;
  question: string;
  least: string;
  most: string;
  reason: string;
  send: string;
  thanks: string;
  thanksText: string;
  change: string;
  back: string;
}

/** By language. */
export const surveyWords: Record<Locale, SurveyWords> = {
  'zh-CN': {
    title: '这次维修怎么样？',
    question: '您有多大可能把我们的维修服务推荐给亲友？',
    least: '0：完全不会',
    most: '10：一定会',
    reason: '为什么给这个分数？',
    send: '提交',
    thanks: '谢谢，您的回答已收到',
    thanksText: '我们会认真看每一条回答。您无需再做任何操作。',
    change: '修改回答',
    back: '查看维修进度',
  },
  en: {
    title: 'How did the repair go?',
    question: 'How likely are you to recommend our repairs to friends or family?',
    least: '0: not at all',
    most: '10: certainly',
    reason: 'What is the reason for this number?',
    send: 'Send',
    thanks: 'Thank you, we have your answer',
    thanksText: 'We read every one of them. There is nothing more to do.',
    change: 'Change the answer',
    back: 'See the repair',
  },
};
