package simulator

import "time"

// deleteWithin is how old a message may be for the bot to delete it (Bot API:
// deleteMessage).
const deleteWithin = 48 * time.Hour

func (s *Server) deleteMessage(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	return true, s.remove(ch, c.int("message_id"))
}

// deleteMessages skips messages that are not there (Bot API: deleteMessages).
func (s *Server) deleteMessages(c *call) (any, error) {
	ids, err := readIDs(c)
	if err != nil {
		return nil, err
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, p := ch.visible(id); p == nil {
			continue
		}
		if err := s.remove(ch, id); err != nil {
			return nil, err
		}
	}
	return true, nil
}

func (s *Server) remove(ch *chat, id int64) error {
	i, p := ch.visible(id)
	switch {
	case p == nil:
		return errNoDelete
	case s.now().Sub(p.shown.Date) > deleteWithin:
		return errCantDeleteAll
	case !p.fromBot && !ch.private() && !ch.group.admin():
		return errCantDelete
	}
	gone := *p
	gone.deleted, gone.shown.Deleted = true, true
	ch.replace(i, &gone)
	ch.tell(Event{Kind: Deleted, Message: gone.shown})
	return nil
}

// readIDs reads message_ids, 1 to 100 of them.
func readIDs(c *call) ([]int64, error) {
	var ids []int64
	if err := c.json("message_ids", &ids); err != nil {
		return nil, err
	}
	switch {
	case len(ids) == 0:
		return nil, bad("message identifiers are not specified")
	case len(ids) > 100:
		return nil, bad("too many message identifiers specified")
	}
	return ids, nil
}
