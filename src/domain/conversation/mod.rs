//! The conversation with one person: a stack of screens, and what an event does to it.
//!
//! [`step()`] decides and never fails; it reads nothing but its arguments. Side effects are asked for as an [`Effect`],
//! whose [`Outcome`] comes back through [`resume()`].

mod effect;
mod event;
mod flow;
mod notice;
mod own;
mod resume;
mod screen;
mod staff;
mod step;
#[cfg(test)]
mod tests;

pub use self::{
    effect::{Effect, Outcome},
    event::{Action, Command, Event, File, Notice, Setting, Standing, Stray},
    resume::resume,
    screen::{MasterChoice, Screen, WaitWish, Wish},
    step::{Step, step},
};

/// The screens that Back leads through, the current one on top; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    below: Vec<Screen>,
    top: Screen,
}

impl Conversation {
    /// How many screens Back can lead through; older ones are forgotten.
    const DEPTH: usize = 12;

    pub fn at(top: Screen) -> Conversation {
        Conversation { below: Vec::new(), top }
    }

    /// From the bottom to the top; `None` when there is no screen.
    pub fn from_screens(mut screens: Vec<Screen>) -> Option<Conversation> {
        let top = screens.pop()?;
        Some(Conversation { below: screens, top })
    }

    /// From the bottom to the top.
    pub fn screens(&self) -> impl Iterator<Item = &Screen> {
        self.below.iter().chain(std::iter::once(&self.top))
    }

    pub fn top(&self) -> &Screen {
        &self.top
    }

    /// Whether there is a screen to go back to.
    pub fn can_go_back(&self) -> bool {
        !self.below.is_empty()
    }

    fn push(mut self, screen: Screen) -> Conversation {
        if self.top == screen {
            return self;
        }
        self.below.push(std::mem::replace(&mut self.top, screen));
        // The bottom is where Home is; what is forgotten lies above it.
        if self.below.len() > Self::DEPTH {
            self.below.remove(1);
        }
        self
    }

    fn replace(mut self, screen: Screen) -> Conversation {
        self.top = screen;
        self
    }

    fn pop(mut self) -> Conversation {
        if let Some(screen) = self.below.pop() {
            self.top = screen;
        }
        self
    }

    /// Goes back to the nearest screen that fits, the current one included; Home when there is none.
    fn pop_to(mut self, fits: impl Fn(&Screen) -> bool) -> Conversation {
        while !fits(&self.top) {
            match self.below.pop() {
                Some(screen) => self.top = screen,
                None => return Conversation::at(Screen::Home),
            }
        }
        self
    }

    fn home_then(screen: Screen) -> Conversation {
        Conversation { below: vec![Screen::Home], top: screen }
    }
}
