// SPDX-License-Identifier: Apache-2.0

package wire

// OTLPLogs is the request of OTLP's logs service, as pdata decodes it.
var OTLPLogs = describeOTLP()

// Sizes of pdata's structs in bytes, on 64-bit machines. A test compares them
// with the structs.
const (
	sizeString       = 16
	sizePointer      = 8
	sizeSlice        = 24
	sizeAnyValue     = 16
	sizeKeyValue     = 40
	sizeEntityRef    = 80
	sizeResourceLogs = 120
	sizeScopeLogs    = 104
	sizeLogRecord    = 128
)

// Lengths of identifiers in bytes. pdata refuses others.
const (
	sizeTraceID = 16
	sizeSpanID  = 8
)

// otlp gathers the message types of OTLP logs.
type otlp struct {
	any, keyValue *Message
}

func describeOTLP() *Message {
	o := otlp{any: newOTLP(sizeAnyValue), keyValue: newOTLP(sizeKeyValue)}
	o.keyValue.pair, o.any.string = true, true
	o.keyValue.add(1, "key", field{kind: text})
	o.keyValue.addOne(2, "value", o.any)
	o.keyValue.add(3, "keyStrindex", field{kind: scalar, json: jsonInt32, uncommon: true})
	o.describeAny()

	ref := newOTLP(sizeEntityRef)
	ref.add(1, "schemaUrl", field{kind: text})
	ref.add(2, "type", field{kind: text})
	ref.add(3, "idKeys", field{kind: text, list: 1, element: sizeString, limited: true})
	ref.add(4, "descriptionKeys", field{kind: text, list: 2, element: sizeString, limited: true})

	resource := newOTLP(0)
	o.attributes(resource, 1)
	resource.add(2, "droppedAttributesCount", field{kind: scalar, json: jsonUint32})
	resource.addPointers(3, "entityRefs", ref, field{list: 2, limited: true, uncommon: true})

	scopeLogs := o.scopeLogs()
	resourceLogs := newOTLP(sizeResourceLogs)
	resourceLogs.addOne(1, "resource", resource)
	resourceLogs.addPointers(2, "scopeLogs", scopeLogs, field{list: 1})
	resourceLogs.add(3, "schemaUrl", field{kind: text})
	resourceLogs.addPointers(1000, "deprecatedScopeLogs", scopeLogs, field{list: 2, uncommon: true})

	request := newOTLP(0)
	request.addPointers(1, "resourceLogs", resourceLogs, field{list: 1})
	return request
}

func (o *otlp) describeAny() {
	array, kvlist := newOTLP(sizeSlice), newOTLP(sizeSlice)
	array.add(1, "values", field{kind: message, message: o.any, list: 1, element: sizeAnyValue})
	kvlist.add(1, "values", field{kind: message, message: o.keyValue, list: 1, element: sizeKeyValue, limited: true})

	small := allocPointers(sizePointer)
	o.any.add(1, "stringValue", field{kind: text, cost: alloc(sizeString)})
	o.any.add(2, "boolValue", field{kind: scalar, cost: small, json: jsonBool})
	o.any.add(3, "intValue", field{kind: scalar, cost: small, json: jsonInt64})
	o.any.add(4, "doubleValue", field{kind: scalar, wire: Fixed64, cost: small, json: jsonDouble})
	for number, f := range map[uint64]struct {
		name string
		m    *Message
	}{5: {"arrayValue", array}, 6: {"kvlistValue", kvlist}} {
		value := o.any.addOne(number, f.name, f.m)
		value.cost, value.uncommon = small+allocPointers(sizeSlice), true
	}
	o.any.add(7, "bytesValue", field{kind: blob, cost: allocPointers(sizeSlice), json: jsonBase64})
	o.any.add(8, "stringValueStrindex", field{kind: scalar, cost: small, json: jsonInt32, uncommon: true})
}

func (o *otlp) scopeLogs() *Message {
	record := newOTLP(sizeLogRecord)
	record.add(1, "timeUnixNano", field{kind: scalar, wire: Fixed64, json: jsonUint64})
	record.add(2, "severityNumber", field{kind: scalar, json: jsonSeverity})
	record.add(3, "severityText", field{kind: text})
	record.addOne(5, "body", o.any)
	o.attributes(record, 6)
	record.add(7, "droppedAttributesCount", field{kind: scalar, json: jsonUint32})
	record.add(8, "flags", field{kind: scalar, wire: Fixed32, json: jsonUint32})
	record.add(9, "traceId", field{kind: scalar, wire: Length, exact: sizeTraceID, json: jsonTraceID})
	record.add(10, "spanId", field{kind: scalar, wire: Length, exact: sizeSpanID, json: jsonSpanID})
	record.add(11, "observedTimeUnixNano", field{kind: scalar, wire: Fixed64, json: jsonUint64})
	record.add(12, "eventName", field{kind: text})

	scope := newOTLP(0)
	scope.add(1, "name", field{kind: text})
	scope.add(2, "version", field{kind: text})
	o.attributes(scope, 3)
	scope.add(4, "droppedAttributesCount", field{kind: scalar, json: jsonUint32})

	scopeLogs := newOTLP(sizeScopeLogs)
	scopeLogs.addOne(1, "scope", scope)
	scopeLogs.addPointers(2, "logRecords", record, field{list: 1, record: true})
	scopeLogs.add(3, "schemaUrl", field{kind: text})
	return scopeLogs
}

// newOTLP describes a message of pdata. The size is 0 for a struct that is part
// of another one.
func newOTLP(size int) *Message {
	return &Message{strict: true, size: size, names: map[string]uint64{}}
}

// attributes adds an attribute list, always the message's first list.
func (o *otlp) attributes(m *Message, number uint64) {
	m.add(number, "attributes", field{kind: message, message: o.keyValue, list: 1, element: sizeKeyValue, limited: true})
}

// addPointers adds a list of messages whose slice holds pointers.
func (m *Message) addPointers(number uint64, name string, of *Message, f field) {
	f.kind, f.message, f.element, f.cost = message, of, sizePointer, allocPointers(of.size)
	m.add(number, name, f)
}

// addOne adds a message that may be there once.
func (m *Message) addOne(number uint64, name string, of *Message) *field {
	return m.add(number, name, field{kind: message, message: of, once: 1 << number})
}

// add adds a field with its two names in JSON.
func (m *Message) add(number uint64, name string, f field) *field {
	if f.kind == text || f.kind == blob || f.kind == message {
		f.wire = Length
	}
	added := m.set(number, f)
	m.names[name], m.names[snake(name)] = number, number
	return added
}
