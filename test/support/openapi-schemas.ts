import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const ID = 'http://novate.test/openapi.json';

/** The schemas of an OpenAPI document, so that answers can be held against them. */
export class OpenApiSchemas {
  private readonly ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: object) {
    addFormats.default(this.ajv);
    // What an OpenAPI document has beside its schemas is no schema.
    this.ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'paths', 'components']);
    this.ajv.addSchema({ $id: ID, ...document }, ID, undefined, false);
  }

  /** What is wrong with a value, in sentences; empty when it fits the component. */
  faultsOf(component: string, value: unknown): string[] {
    const $ref = `${ID}#/components/schemas/${component}`;
    const validate = this.compiled.get(component) ?? this.ajv.compile({ $ref });
    this.compiled.set(component, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${component}${instancePath} ${message ?? 'is wrong'}`,
    );
  }
}
