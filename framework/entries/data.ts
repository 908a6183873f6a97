/** What data sets are made of: lists, archives, images, splits, options that they share. */
export { readRegularFile } from '../base/system/read-regular-file.ts';
export { countsOf, splitAmounts } from '../data/splits/split-amounts.ts';
export type { SplitAmounts, SplitCounts } from '../data/splits/split-amounts.ts';
export { cutRows } from '../data/splits/cut-rows.ts';
export type { RowsByRole } from '../data/splits/cut-rows.ts';
export { eachCsvRow, readCsv } from '../data/lists/csv-table.ts';
export type { CsvColumn, CsvForm, CsvTable } from '../data/lists/csv-table.ts';
export { dataFile, locateFile, locateFolder, warnAboutData } from '../data/files/data-file.ts';
export type { DataFile, DataPlace } from '../data/files/data-file.ts';
export { fetchBytes } from '../data/files/download.ts';
export { fileKindClause } from '../data/files/file-kind.ts';
export { classPattern } from '../data/images/class-pattern.ts';
export { datasetOf } from '../data/images/dataset-of.ts';
export type { DatasetParts } from '../data/images/dataset-of.ts';
export { digestOf } from '../data/files/digest-of.ts';
export type { EncodedImages } from '../data/images/encoded-images.ts';
export { imageDataset, inspectImages } from '../data/images/image-dataset.ts';
export type { ImageDatasetParts } from '../data/images/image-dataset.ts';
export { byName, isImageName } from '../data/images/image-names.ts';
export { imageOptions } from '../data/images/image-options.ts';
export type { ImageOptions } from '../data/images/image-options.ts';
export type { ImageStore } from '../data/splits/image-store.ts';
export { columnAt, columnsAt, labelColumn, labelsColumn } from '../data/splits/columns.ts';
export { labelByClass } from '../data/splits/labeled-images.ts';
export type { LabeledImages } from '../data/splits/labeled-images.ts';
export { findImages } from '../data/images/find-images.ts';
export type { FoundImages } from '../data/images/find-images.ts';
export { FileStamps } from '../data/lists/file-stamps.ts';
export { imagePlace } from '../data/images/image-place.ts';
export type { ImagePlace } from '../data/images/image-place.ts';
export type { FlatTable } from '../data/lists/flat-table-file.ts';
export { indexed } from '../data/lists/indexed.ts';
export type { Indexed, Indexing } from '../data/lists/indexed.ts';
export { indexedImages } from '../data/images/indexed-images.ts';
export { listedColumns } from '../data/lists/listed-columns.ts';
export type { ListedColumns } from '../data/lists/listed-columns.ts';
export { listedImages } from '../data/images/listed-images.ts';
export { memoryStore } from '../data/images/memory-store.ts';
export { openImages } from '../data/images/open-images.ts';
export {
  firstOf,
  officialOrRule,
  officialSplit,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
} from '../data/images/published-images.ts';
export type { PublishedCounts, PublishedImages, PublishedSet } from '../data/images/published-images.ts';
export type { RowPairs } from '../data/splits/pairs-of.ts';
export { renamedImages, withoutSharedFolders } from '../data/images/renamed-images.ts';
export { decodeText, readText } from '../data/lists/read-text.ts';
export { reportProgress } from '../data/files/report-progress.ts';
export type { ReportProgress } from '../data/files/report-progress.ts';
export { TextTable, TextTableBuilder } from '../data/lists/text-table.ts';
export { missingOption, reportMissing } from '../data/images/report-missing.ts';
export type { MissingImages } from '../data/images/report-missing.ts';
export { severalImages } from '../data/images/several-images.ts';
export { splitLists } from '../data/splits/split-lists.ts';
export { roleSplits } from '../data/splits/role-splits.ts';
export type { RoleSplitParts } from '../data/splits/role-splits.ts';
export { readFeatures } from '../data/embeddings/read-features.ts';
export type { Features } from '../data/embeddings/read-features.ts';
export { splitOf } from '../data/splits/split-of.ts';
export type { SplitParts } from '../data/splits/split-of.ts';
export { splitRows } from '../data/splits/split-rows.ts';
export { splitOptions, splitRule } from '../data/splits/split-rule.ts';
export type { SplitRule } from '../data/splits/split-rule.ts';
export { closeOnFailure } from '../data/files/close-on-failure.ts';
