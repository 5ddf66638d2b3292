// Which language, text or JSON, and how much of an address a log may know.
import { describe, expect, it } from 'vitest';
import { preferredLocale, preferredMedia, prefersText } from '#platform/http/accept.ts';
import { networkOf } from '#platform/http/network.ts';

describe('Accept-Language', () => {
  it.each([
    [undefined, 'zh-CN'],
    ['', 'zh-CN'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-TW,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['fr, en;q=0.5, zh;q=0.4', 'en'],
    ['zh;q=0.1, en;q=0.2', 'en'],
    ['en;q=0', 'zh-CN'],
    ['de-DE', 'zh-CN'],
    [';;;,,,q=', 'zh-CN'],
  ])('%s → %s', (header, locale) => {
    expect(preferredLocale(header)).toBe(locale);
  });
});

describe('Accept', () => {
  it.each([
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['text/plain', true],
    ['text/*', true],
    ['text/plain, */*', true],
    ['text/plain;q=0.5, application/json', false],
    ['application/json;q=0.5, text/plain', true],
    ['text/plain, application/json', false],
    ['text/html,application/xhtml+xml,*/*;q=0.8', false],
    ['text/plain;q=0', false],
  ])('%s → text: %s', (header, text) => {
    expect(prefersText(header)).toBe(text);
  });
});

describe('network', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::6', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
  ])('%s → %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('Accept of several types', () => {
  it.each([
    [undefined, 'text/html'],
    ['', 'text/html'],
    ['*/*', 'text/html'],
    ['application/pdf', 'application/pdf'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['application/*, text/*;q=0.5', 'application/pdf'],
    ['*/*;q=0.1, application/pdf;q=0.2', 'application/pdf'],
    ['text/html;q=0, */*', 'application/pdf'],
    ['TEXT/HTML; charset=utf-8', 'text/html'],
    ['image/png', null],
    ['text/html;q=0, application/pdf;q=0', null],
    [';;;,,,q=', null],
  ])('%s → %s', (header, type) => {
    expect(preferredMedia(header, ['text/html', 'application/pdf'])).toBe(type);
  });
});
