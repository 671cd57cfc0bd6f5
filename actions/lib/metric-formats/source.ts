import type { ParsedText } from '../schema/parsed-text.ts';
import type { CsvTable } from './csv-table.ts';
import type { XmlElement } from './xml-reader.ts';

/** A file of a folder. */
export interface FolderFile {
  readonly name: string;
  readonly text: string;
}

/** A text after its syntax was read, before anybody knows what it means. */
export type Source =
  | {
      readonly kind: 'tree';
      /** `front-matter`: the YAML at the head of a Markdown file · `script`: the one value a script assigns. */
      readonly syntax: 'json' | 'yaml' | 'toml' | 'front-matter' | 'script';
      readonly parsed: ParsedText;
      /** Name of the variable that a script assigns. */
      readonly variable?: string;
    }
  | { readonly kind: 'table'; readonly table: CsvTable }
  | { readonly kind: 'xml'; readonly root: XmlElement; readonly where: string }
  | { readonly kind: 'lines'; readonly text: string; readonly where: string };

export type SourceKind = Source['kind'];
export type SourceOf<K extends SourceKind> = Extract<Source, { readonly kind: K }>;
export type TreeSource = SourceOf<'tree'>;
