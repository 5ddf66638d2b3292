// A photo or document on a ticket, as it is sent and as it is shown.
import { z } from 'zod';
import { id, instant, instantInput, int4, text } from '#platform/schema.ts';
import { mediaTypes } from './file-types.ts';
import { LINK_MINUTES } from './links.ts';

/** What a file shows. */
export const FileKind = z
  .enum(['intake_photo', 'diagnosis_photo', 'repair_photo', 'quality_photo', 'packaging_photo', 'document', 'signature', 'other'])
  .meta({ id: 'FileKind' });
export type FileKind = z.infer<typeof FileKind>;

/** Who may see it: the center and the brand, or the customer too. */
export const FileVisibility = z.enum(['internal', 'customer']).meta({ id: 'FileVisibility' });
export type FileVisibility = z.infer<typeof FileVisibility>;

const caption = () => text(500).meta({ description: 'What is to be seen; shown to whoever may see the file.' });

/** The bytes, in the contract. The bound is that of the setting FILE_MAX_BYTES. */
const bytes = () => z.string().max(100_000_000).meta({ format: 'binary', example: '(the bytes)' });

/** The bytes of a file as an answer. */
export const FileContent = bytes().meta({ id: 'FileContent' });

/** The form of an upload. `file` stands for the bytes: what arrives here is their type and checksum, so that it covers them. */
export const FileUpload = z
  .strictObject({
    kind: FileKind,
    visibility: FileVisibility,
    caption: caption().optional(),
    takenAt: instantInput().optional().meta({ description: 'When the picture was taken; what the camera wrote into it is removed.' }),
    file: bytes().meta({ description: 'JPEG, PNG, WebP or PDF, with its content type.' }),
  })
  .meta({
    id: 'FileUpload',
    example: {
      kind: 'intake_photo',
      visibility: 'customer',
      caption: 'Scratch on the lid',
      takenAt: '2026-11-22T09:30:00+08:00',
      file: '(the bytes)',
    },
  });
export type FileUpload = z.infer<typeof FileUpload>;

/** What can be changed later. What is left away stays as it is. */
export const FileChange = z
  .strictObject({ visibility: FileVisibility, caption: caption().nullable() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: 'names nothing to change' })
  .meta({ id: 'FileChange', example: { visibility: 'internal' } });
export type FileChange = z.infer<typeof FileChange>;

const contentUrl = () =>
  z
    .string()
    .max(300)
    .meta({
      description: `Shows the file without a key, for ${LINK_MINUTES} minutes or a little more; relative to this API.`,
      example: '/f/fil_01kam3w0xf8q9r2s4t6v8w0x1y?expires=1795324500&signature=s01kam…',
    });

const shown = {
  id: id('file'),
  kind: FileKind,
  mediaType: z.enum(mediaTypes),
  bytes: int4(1).meta({ description: 'Of what is kept, which is what was sent without its metadata.' }),
  width: int4(1).nullable().meta({ description: 'Pixels, upright; null where it is no picture.' }),
  height: int4(1).nullable(),
  caption: z.string().max(500).nullable(),
  takenAt: instant().nullable(),
  createdAt: instant(),
  contentUrl: contentUrl(),
  contentUrlExpiresAt: instant(),
};

/** A file as the API shows it. */
export const FileView = z
  .strictObject({
    ...shown,
    ticketId: id('ticket'),
    visibility: FileVisibility,
    sha256: z
      .string()
      .length(64)
      .max(64)
      .regex(/^[0-9a-f]+$/)
      .meta({
        description: 'Checksum of what is kept, in hexadecimal.',
        example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      }),
    uploadedBy: z.string().max(60).meta({ description: 'The holder of the key.' }),
  })
  .meta({ id: 'File' });
export type FileView = z.infer<typeof FileView>;

/** A file as its customer sees it. */
export const CustomerFile = z.strictObject(shown).meta({ id: 'CustomerFile' });
export type CustomerFile = z.infer<typeof CustomerFile>;
