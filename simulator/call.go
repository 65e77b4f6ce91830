package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	// maxParams is how much all parameters may hold (tdlib/td HttpReader.h).
	maxParams = 1 << 20

	// maxUpload is the biggest file a bot may send
	// (core.telegram.org/bots/faq).
	maxUpload = 50 << 20
)

// call is one request of the bot. JSON bodies come here as strings too, the
// way the real server reads them.
type call struct {
	ctx    context.Context
	method *method
	params map[string]string
	files  map[string]upload
}

// upload is a file of a multipart body.
type upload struct {
	name  string
	bytes []byte
}

func (c *call) has(name string) bool { _, ok := c.params[name]; return ok }

// int is an integer that check has seen, or 0.
func (c *call) int(name string) int64 {
	n, _ := strconv.ParseInt(c.params[name], 10, 64)
	return n
}

func (c *call) flag(name string) bool { return flags[strings.ToLower(c.params[name])] }

// json decodes an object that check has seen.
func (c *call) json(name string, out any) error {
	if err := json.Unmarshal([]byte(c.params[name]), out); err != nil {
		return bad("parameter %s: %v", name, err)
	}
	return nil
}

// readCall takes the parameters out of query and body, whatever their form.
func readCall(r *http.Request, m *method) (*call, error) {
	c := &call{ctx: r.Context(), method: m, params: map[string]string{}}
	if r.URL.RawQuery != "" {
		c.take(r.URL.Query())
	}
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return c, nil
	}
	kind, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return c, bad("can't parse the content type")
	}
	if kind == "multipart/form-data" {
		return c, c.readParts(multipart.NewReader(r.Body, options["boundary"]))
	}
	body, err := readAtMost(r.Body, maxParams)
	if err != nil {
		return c, err
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return c, bad("can't parse the form: %v", err)
		}
		c.take(values)
	case "application/json":
		return c, c.readJSON(body)
	}
	return c, nil
}

func (c *call) take(values url.Values) {
	for name, v := range values {
		if !c.has(name) {
			c.params[name] = v[0]
		}
	}
}

func (c *call) readJSON(body []byte) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(body, &values); err != nil {
		return bad("can't parse JSON object: %v", err)
	}
	for name, raw := range values {
		value := string(raw)
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &value); err != nil {
				return bad("can't parse JSON object: %v", err)
			}
		}
		c.params[name] = value
	}
	return nil
}

func (c *call) readParts(parts *multipart.Reader) error {
	size := 0
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bad("can't parse the multipart body: %v", err)
		}
		limit := maxParams - size
		if part.FileName() != "" {
			limit = maxUpload
		}
		bytes, err := readAtMost(part, limit)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			size += len(bytes)
			c.params[part.FormName()] = string(bytes)
			continue
		}
		if c.files == nil {
			c.files = map[string]upload{}
		}
		c.files[part.FormName()] = upload{part.FileName(), bytes}
	}
}

func readAtMost(r io.Reader, limit int) ([]byte, error) {
	bytes, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case err != nil:
		return nil, bad("can't read the body: %v", err)
	case len(bytes) > limit:
		return nil, errTooLarge
	}
	return bytes, nil
}
