package readme

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// metricRow is what the table of metrics says of one.
type metricRow struct{ kind, schema, addressed string }

func TestMetrics(t *testing.T) {
	in := map[string][]string{}
	addressed := map[string][]string{}
	want := map[string]metricRow{}
	for _, s := range contract.Schemas {
		for _, m := range s.Metrics() {
			row := metricRow{kind: "counter"}
			if m.Histogram {
				row.kind = "histogram"
			}
			in[m.Name] = append(in[m.Name], string(s))
			if m.Addressed {
				addressed[m.Name] = append(addressed[m.Name], string(s))
			}
			row.schema = schemas(in[m.Name], contract.Schemas, "both")
			row.addressed = "no"
			if a := addressed[m.Name]; len(a) == len(in[m.Name]) {
				row.addressed = "yes"
			} else if len(a) > 0 {
				row.addressed = "in " + schemas(a, contract.Schemas, "both")
			}
			want[m.Name] = row
		}
	}
	got := map[string]metricRow{}
	for _, row := range table(t, "| metric | kind | schema | carries `destination_ip` |") {
		for _, name := range codes(row[0]) {
			require.NotContains(t, got, name)
			got[name] = metricRow{row[1], row[2], row[3]}
		}
	}
	assert.Equal(t, want, got)
}

func schemas(names []string, all []contract.Schema, every string) string {
	if len(names) == len(all) {
		return every
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

// The paragraph on labels is spelled out of the contract.
func TestLabels(t *testing.T) {
	istio, istio13 := contract.SchemaIstio, contract.SchemaIstio13
	want := "Labels of `istio`, in Istio's order: " + list(istio.Labels(contract.HTTP)) +
		". Connections have no " + list(less(istio.Labels(contract.HTTP), istio.Labels(contract.TCP))) +
		". Labels of `istio-1.3`: the same without " + list(less(istio.Labels(contract.HTTP), istio13.Labels(contract.HTTP))) +
		", and with " + list(less(istio13.Labels(contract.HTTP), istio.Labels(contract.HTTP))) +
		". Connections have no " + list(less(istio13.Labels(contract.HTTP), istio13.Labels(contract.TCP))) + "."
	assert.Contains(t, strings.Join(strings.Fields(read(t, "README.md")), " "), want)
}

func list(labels []contract.Label) string {
	var names []string
	for _, l := range labels {
		names = append(names, "`"+l.String()+"`")
	}
	return strings.Join(names, ", ")
}

func less(all, drop []contract.Label) []contract.Label {
	return slices.DeleteFunc(slices.Clone(all), func(l contract.Label) bool { return slices.Contains(drop, l) })
}

// The table of the contract has each attribute, and says which verdicts count.
func TestContract(t *testing.T) {
	var got []string
	for _, row := range table(t, "| attribute | type | |") {
		got = append(got, codes(row[0])...)
		switch row[0] {
		case "`" + contract.AttrVerdict + "`":
			var counted []string
			for _, v := range contract.Verdicts {
				if v.Counted() {
					counted = append(counted, string(v))
				}
			}
			assert.Equal(t, counted, codes(row[2]))
		case "`" + contract.AttrSchema + "`":
			assert.Equal(t, []string{string(contract.SchemaIstio), string(contract.SchemaIstio13)}, codes(row[2]))
		}
	}
	assert.ElementsMatch(t, attributes(t), got)
}

// attributes reads the constants Attr* of the contract.
func attributes(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), root+"internal/contract/attributes.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Attr") {
			return true
		}
		suffix, err := strconv.Unquote(spec.Values[0].(*ast.BinaryExpr).Y.(*ast.BasicLit).Value)
		require.NoError(t, err)
		names = append(names, contract.Prefix+suffix)
		return true
	})
	require.NotEmpty(t, names)
	return names
}
