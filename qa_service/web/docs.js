/* The API's description as a page, made from /openapi.json. */

const $ = (id) => document.getElementById(id);

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Text with its `names` set as code. */
function prose(text) {
  return text.split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));
}

const shown = new Set(); // names of the objects whose fields stand on the page

const nameOf = (reference) => reference.split("/").at(-1);

/** A schema's type in words, with links to the objects it names. */
function typeOf(schema) {
  if (schema.$ref) return [el("a", { href: `#${nameOf(schema.$ref)}` }, nameOf(schema.$ref))];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap((choice, index) => [...(index ? [" or "] : []), ...typeOf(choice)]);
  if (schema.allOf) return schema.allOf.flatMap(typeOf);
  if ("const" in schema) return [JSON.stringify(schema.const)];
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(" or ")];
  if (schema.type === "array") return ["list of ", ...(schema.items ? typeOf(schema.items) : ["anything"])];
  if (schema.type === "object" && schema.additionalProperties instanceof Object) {
    return ["object of ", ...typeOf(schema.additionalProperties)];
  }
  return [[schema.type ?? "anything"].flat().join(" or ")];
}

function range(least, most, unit) {
  if (least === undefined && most === undefined) return null;
  if (least === undefined) return `at most ${most}${unit}`;
  return most === undefined ? `at least ${least}${unit}` : `${least} to ${most}${unit}`;
}

/** A schema's limits, and those of what it is made of. */
function limitsOf(schema) {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(limitsOf);
  const each = schema.items ? limitsOf(schema.items).map((limit) => `each ${limit}`) : [];
  const own = [
    range(schema.minimum, schema.maximum, ""),
    range(schema.minLength, schema.maxLength, " characters"),
    range(schema.minItems, schema.maxItems, " entries"),
    schema.pattern ? `like ${schema.pattern}` : null,
  ];
  return [...own.filter(Boolean), ...each, ...inner];
}

function field(name, schema, required) {
  const words = [required ? "required" : null, ...limitsOf(schema)];
  if (schema.default !== undefined && schema.default !== null && typeof schema.default !== "object") {
    words.push(`${JSON.stringify(schema.default)} if left out`);
  }
  const rest = words.filter(Boolean).map((word) => `, ${word}`).join("");
  const description = schema.description ? el("p", {}, ...prose(schema.description)) : null;
  return [el("dt", {}, el("code", {}, name)), el("dd", {}, ...typeOf(schema), rest, description)];
}

function fields(rows) {
  return rows.length ? el("dl", { class: "fields" }, ...rows) : el("p", { class: "quiet" }, "No fields.");
}

function objectFields(schema) {
  const required = new Set(schema.required ?? []);
  return fields(Object.entries(schema.properties ?? {}).flatMap(([name, one]) => field(name, one, required.has(name))));
}

/** Every schema named in `value`, and those named in them, into `into`. */
function gather(value, schemas, into) {
  if (!(value instanceof Object)) return into;
  const name = typeof value.$ref === "string" ? nameOf(value.$ref) : null;
  if (name && schemas[name] && !into.has(name)) gather(schemas[name], schemas, into.add(name));
  for (const part of Object.values(value)) gather(part, schemas, into);
  return into;
}

const schemaOf = (message) => (message?.content?.["application/json"] ?? message?.content?.["multipart/form-data"])?.schema;
const succeeded = (operation) => Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith("2"));

function operationSection(method, path, operation, schemas, id) {
  const heading = el("h2", { id }, el("span", { class: "method" }, method.toUpperCase()), " ", el("code", {}, path));
  const section = el("section", { class: "operation", "aria-labelledby": id }, heading);
  if (operation.description ?? operation.summary) {
    section.append(el("p", {}, ...prose(operation.description ?? operation.summary)));
  }
  section.append(el("h3", {}, "Request"));
  const parameters = operation.parameters ?? [];
  const body = schemaOf(operation.requestBody);
  if (parameters.length) {
    section.append(fields(parameters.flatMap((one) => field(one.name, one.schema ?? {}, one.required))));
  }
  if (body) section.append(...whole(body, schemas));
  if (!parameters.length && !body) section.append(el("p", { class: "quiet" }, "Nothing to send."));
  for (const [status, response] of succeeded(operation)) {
    const schema = schemaOf(response);
    section.append(el("h3", {}, `Response ${status}`));
    section.append(...(schema ? whole(schema, schemas) : [el("p", { class: "quiet" }, response.description)]));
  }
  return section;
}

/** A request's or response's whole body: its name, what it is, its fields. */
function whole(schema, schemas) {
  const named = schema.$ref ? (schemas[nameOf(schema.$ref)] ?? {}) : schema;
  const first = schema.$ref && !shown.has(nameOf(schema.$ref));
  const title = el("p", first ? { id: nameOf(schema.$ref) } : {}, ...typeOf(schema));
  if (first) shown.add(nameOf(schema.$ref));
  if (named.description) title.append(". ", ...prose(named.description));
  return [title, objectFields(named)];
}

async function show() {
  const response = await fetch("/openapi.json");
  if (!response.ok) throw new Error(`status ${response.status}`);
  const { info, paths, components } = await response.json();
  const schemas = components?.schemas ?? {};
  $("about").replaceChildren(`${info.title} ${info.version}. ${info.summary ?? ""}.`);

  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).filter(([, one]) => one.responses).map(([method, one]) => [method, path, one]),
  );
  const contents = el("ul");
  const used = new Set();
  operations.forEach(([method, path, operation], index) => {
    const id = `operation-${index}`;
    $("operations").append(operationSection(method, path, operation, schemas, id));
    contents.append(el("li", {}, el("a", { href: `#${id}` }, `${method.toUpperCase()} ${path}`)));
    gather([operation.parameters, operation.requestBody, succeeded(operation)], schemas, used);
  });
  contents.append(el("li", {}, el("a", { href: "#schemas-heading" }, "Objects within these")));
  $("contents").append(contents);

  for (const name of [...used].filter((name) => !shown.has(name)).sort()) {
    $("schemas").append(el("h3", { id: name }, el("code", {}, name)));
    if (schemas[name].description) $("schemas").append(el("p", {}, ...prose(schemas[name].description)));
    $("schemas").append(objectFields(schemas[name]));
  }
  $("schemas").hidden = false;
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

show().catch((error) => {
  $("about").replaceChildren();
  $("error").replaceChildren(`The description cannot be read: ${error.message}.`);
});
