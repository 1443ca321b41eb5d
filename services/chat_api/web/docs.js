/** The API reference, drawn from the OpenAPI document. */

import { byId, make } from "./elements.js";

const schemaName = (schema) => schema?.$ref?.split("/").pop();
const shortName = (name) => name.split(".").pop();

function typeOf(schema) {
  const name = schemaName(schema);
  if (name) return make("a", { href: `#${name}` }, shortName(name));
  if (schema?.type === "array") return make("span", {}, "list of ", typeOf(schema.items));
  return make("span", {}, [schema?.type, schema?.format].filter(Boolean).join(", ") || "any value");
}

function field(name, schema, isRequired, description) {
  const must = isRequired ? make("span", { className: "must" }, " required") : null;
  const said = description ? make("p", { className: "said" }, description) : null;
  return make("li", {}, make("code", {}, name), " ", make("span", { className: "type" }, typeOf(schema)), must, said);
}

function fields(title, entries) {
  return entries.length ? [make("h4", {}, title), make("ul", { className: "fields" }, ...entries)] : [];
}

function properties(schema) {
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, one]) => field(name, one, required.includes(name), one.description));
}

function operation({ path, verb, operation: one }) {
  const parameters = (one.parameters ?? []).map((it) => field(it.name, it.schema, it.required, it.description));
  const [body] = Object.values(one.requestBody?.content ?? {});
  const [kind, answer] = Object.entries(one.responses["200"].content)[0];
  const heading = make("h3", {}, make("span", { className: "verb" }, verb.toUpperCase()), make("code", {}, path));
  const bodyFields = body?.schema.properties ? properties(body.schema) : body ? [field("body", body.schema, true)] : [];
  return make(
    "article",
    { className: "operation", id: one.operationId },
    heading,
    make("p", { className: "said" }, one.description ?? one.summary),
    ...fields("Parameters", parameters),
    ...fields("Body", bodyFields),
    ...fields("Answer", [field(kind, answer.schema, false)]),
  );
}

function schemaArticle([name, schema]) {
  const values = (schema.enum ?? []).map((value) => make("li", {}, make("code", {}, value)));
  return make(
    "article",
    { className: "operation", id: name },
    make("h3", {}, shortName(name)),
    make("p", { className: "said" }, schema.description ?? ""),
    ...fields("Fields", properties(schema)),
    ...fields("Values", values),
  );
}

function draw(document) {
  const all = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, one]) => ({ path, verb, operation: one })),
  );
  const sections = document.tags.map((tag) => {
    const own = all.filter((one) => one.operation.tags[0] === tag.name);
    return { tag, own };
  });
  byId("contents").replaceChildren(
    ...sections.flatMap(({ tag, own }) => [
      make("h2", {}, tag.name),
      make("ul", {}, ...own.map((one) => make("li", {}, make("a", { href: `#${one.operation.operationId}` }, one.operation.operationId.split("_")[1])))),
    ]),
  );
  byId("reference").replaceChildren(
    make("p", { className: "said" }, document.info.description),
    ...sections.map(({ tag, own }) =>
      make("section", {}, make("h2", {}, tag.name), make("p", { className: "said" }, tag.description), ...own.map(operation)),
    ),
    make("section", {}, make("h2", {}, "Types"), ...Object.entries(document.components.schemas).map(schemaArticle)),
  );
  if (location.hash) byId(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

draw(await (await fetch("/openapi.json")).json());
