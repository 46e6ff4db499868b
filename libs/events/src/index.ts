export { canonicalObject, isCanonicalObject } from './canonical-json.js';
export { catalogue, type Catalogue, type MessageName } from './catalogue/index.js';
export { catalogueMarkdown } from './catalogue-markdown.js';
export { formatDate, formatTime, parseDate, parseTime } from './civil-time.js';
export type { Directory } from './directory.js';
export { FieldError, MalformedRecord, RecordTooLong, UnknownRecord } from './errors.js';
export { fromJson, inputFromJson } from './json-reader.js';
export { utiOf } from './json-details.js';
export { inputJsonSchemaOf, jsonSchemaOf, type JsonSchema } from './json-schema.js';
export {
  envelopeToJson,
  toJson,
  type Envelope,
  type JsonObject,
  type JsonValue,
} from './json-writer.js';
export {
  layoutByTemplate,
  layouts,
  offsetsOf,
  RECORD_HEADER_BYTES,
  SCHEMA_ID,
  type FixedLayout,
  type GroupLayout,
  type MessageLayout,
  type Offsets,
  type VariableLayout,
} from './layout.js';
export type {
  DecisionName,
  EventName,
  FixedFieldName,
  InputMessage,
  InputName,
  LogRecordName,
  Measured,
  Message,
  MessageNamed,
} from './messages.js';
export {
  blockLengthAt,
  causeDistanceAt,
  recordLengthAt,
  schemaIdAt,
  setCauseDistance,
  templateIdAt,
  versionAt,
  writeHeader,
  type RecordHeader,
} from './record-header.js';
export { oldestRecordOf } from './oldest-record.js';
export { readRecord } from './record-reader.js';
export { recordLengthOf, writeRecord } from './record-writer.js';
export { sbeXml } from './sbe-xml.js';
export type {
  BytesField,
  DateField,
  DetailField,
  DetailFields,
  EnumField,
  Field,
  FixedField,
  GroupField,
  MessageDefinition,
  MessageKind,
  MessageOf,
  NumberField,
  ObjectField,
  RefField,
  RefTarget,
  TextField,
  TimeField,
  VariableField,
} from './schema.js';
export { getUtf8, putUtf8, utf8Length } from './utf8-text.js';
