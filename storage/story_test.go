package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestStories(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, binh := town.person(), town.person()
		submit := func(key string, p ward.Person) ward.Story {
			v, err := s.SubmitStory(town.ctx, ward.Story{
				DraftKey: key, PersonID: p.ID, WardID: p.WardID, GroupID: p.GroupID, Text: "Tổ 5 góp 42 suất cơm", Source: ward.SourceSeen, Agreed: true, Credit: true,
			}, town.now)
			town.must(err)
			return v
		}
		first, second := submit("a", ana), submit("b", binh)
		if again := submit("a", ana); again.ID != first.ID {
			t.Errorf("sent in twice: %+v", again)
		}
		next, err := s.NextStory(town.ctx, 0, anywhere)
		if diff := cmp.Diff(first, next); err != nil || diff != "" {
			t.Errorf("first to review: %v (-want +got):\n%s", err, diff)
		}
		town.must(s.JudgeStory(town.ctx, first.ID, ward.StoryTaken, "", town.now))
		town.wants(s.JudgeStory(town.ctx, first.ID, ward.StoryReturned, "muộn", town.now), ward.ErrOvertaken)
		town.must(s.JudgeStory(town.ctx, second.ID, ward.StoryReturned, "thiếu nguồn", town.now))
		_, err = s.NextStory(town.ctx, 0, anywhere)
		town.wants(err, ward.ErrNotFound)

		// Published twice is once; not what was decided otherwise, or by
		// somebody else.
		third := submit("c", ana)
		letters := func(ward.Bulletin) []ward.Letter { return []ward.Letter{{Language: "vi", HTML: third.Text}} }
		draft := town.bulletin()
		draft.Kind, draft.DraftKey, draft.AuthorID = ward.KindNews, "story-c", ana.ID
		var ids []int64
		for range 2 {
			news, err := s.PublishStory(town.ctx, third.ID, draft, letters, town.now)
			town.must(err)
			ids = append(ids, news.ID)
		}
		if v, err := s.Story(town.ctx, third.ID); err != nil || v.State != ward.StoryPublished || v.BulletinID != ids[0] || ids[0] != ids[1] {
			t.Errorf("published as %v: %+v, %v", ids, v, err)
		}
		other := draft
		other.AuthorID = binh.ID
		_, err = s.PublishStory(town.ctx, third.ID, other, letters, town.now)
		town.wants(err, ward.ErrOvertaken)
		other.DraftKey = "story-b"
		_, err = s.PublishStory(town.ctx, second.ID, other, letters, town.now)
		town.wants(err, ward.ErrOvertaken)
		if v, err := s.Story(town.ctx, second.ID); err != nil || v.State != ward.StoryReturned || v.BulletinID != 0 {
			t.Errorf("a story that was returned: %+v, %v", v, err)
		}
		town.must(s.Erase(town.ctx, binh.ID, town.now))
		if v, err := s.Story(town.ctx, second.ID); err != nil || v.Text != "" || v.Credit {
			t.Errorf("erased, but %+v, %v", v, err)
		}
	})
}

func TestReactions(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(3)
		news := town.bulletin()
		news.Kind = ward.KindNews
		news = town.publish(news)
		town.send()
		stranger := town.person()
		react := func(p ward.Person, kind ward.Reaction, stands bool, want ward.Reactions) {
			t.Helper()
			got, does, err := s.React(town.ctx, news.ID, p.ID, kind)
			town.must(err)
			if does != stands {
				t.Errorf("the reaction stands: %v", does)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reactions (-want +got):\n%s", diff)
			}
		}
		react(people[0], ward.ReactHeart, true, ward.Reactions{ward.ReactHeart: 1})
		react(people[1], ward.ReactHeart, true, ward.Reactions{ward.ReactHeart: 2})
		react(people[2], ward.ReactClap, true, ward.Reactions{ward.ReactHeart: 2, ward.ReactClap: 1})
		react(people[2], ward.ReactThanks, true, ward.Reactions{ward.ReactHeart: 2, ward.ReactThanks: 1}) // another one
		react(people[1], ward.ReactHeart, false, ward.Reactions{ward.ReactHeart: 1, ward.ReactThanks: 1}) // taken back
		_, _, err := s.React(town.ctx, news.ID, stranger.ID, ward.ReactHeart)
		town.wants(err, ward.ErrNotAsked)
		town.must(s.Erase(town.ctx, people[0].ID, town.now)) // the count stays, tied to nobody
		if got, err := s.Reactions(town.ctx, news.ID); err != nil || got[ward.ReactHeart] != 1 {
			t.Errorf("after erasing: %v, %v", got, err)
		}
	})
}
