//! The books on the whole terminal, drawn anew each second until q or Ctrl-C.
//!
//! Promises: the terminal is left as it was, however the watch ends; a service that is away for a while is waited for.

use std::io::{self, IsTerminal, Read, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::{Attribute, Color, ContentStyle, Print, PrintStyledContent, StyledContent};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};
use miette::Report;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::WATCH_INTERVAL;
use super::picture::{Line, Tone, draw};
use crate::commands::asking::Service;
use crate::exit::{Failure, Result};
use crate::service::status::Status;
use crate::terminal::Terminal;

/// What a terminal without lines and columns is taken for.
const SIZE: (u16, u16) = (80, 24);
/// Ctrl-C, which raw mode hands on as a byte.
const CTRL_C: u8 = 3;

/// Watches until told to end.
pub async fn run(service: &Service, first: Status, terminal: &Terminal) -> Result<()> {
    let mut screen = Screen::open(terminal)?;
    let (mut keys, mut ticks) = (keys(), interval(WATCH_INTERVAL));
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    let (mut before, mut now, mut away) = (None, first, None);
    loop {
        screen.show(&now, before.as_ref(), away.take())?;
        let next = tokio::select! {
            next = next(service, &mut ticks) => next,
            () = asked_to_end(&mut keys) => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
        };
        match next {
            Ok(status) => before = Some(std::mem::replace(&mut now, status)),
            Err(Failure::Told(_, report)) => away = Some(report),
            Err(closed) => return Err(closed),
        }
    }
}

async fn next(service: &Service, ticks: &mut Interval) -> Result<Status> {
    ticks.tick().await;
    service.status().await
}

/// What is typed, when somebody can type.
fn keys() -> mpsc::UnboundedReceiver<u8> {
    let (typed, keys) = mpsc::unbounded_channel();
    if io::stdin().is_terminal() {
        // It waits for a key when the program ends, and ends with it.
        std::thread::spawn(move || {
            let mut bytes = io::stdin().lock().bytes();
            while let Some(Ok(key)) = bytes.next()
                && typed.send(key).is_ok()
            {}
        });
    }
    keys
}

async fn asked_to_end(keys: &mut mpsc::UnboundedReceiver<u8>) {
    loop {
        match keys.recv().await {
            Some(b'q' | b'Q' | CTRL_C) => return,
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

/// The terminal as long as it is drawn upon.
struct Screen {
    out: Box<dyn Write + Send>,
    colours: bool,
}

impl Screen {
    fn open(terminal: &Terminal) -> io::Result<Screen> {
        let mut screen = Screen { out: terminal.out(), colours: terminal.colours_out() };
        if io::stdin().is_terminal() {
            enable_raw_mode()?;
        }
        execute!(screen.out, EnterAlternateScreen, Hide)?;
        Ok(screen)
    }

    fn show(&mut self, now: &Status, before: Option<&Status>, away: Option<Report>) -> io::Result<()> {
        let (columns, rows) = size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0).unwrap_or(SIZE);
        let mut lines = draw(now, before, columns.into(), rows.into());
        if let (Some(report), Some(first)) = (away, lines.first_mut()) {
            let text = report.to_string().chars().take(columns.into()).collect();
            *first = Line { text, tone: Tone::Alarm };
        }
        for (row, line) in (0..rows).zip(lines) {
            queue!(self.out, MoveTo(0, row))?;
            match self.style(line.tone) {
                Some(style) => queue!(self.out, PrintStyledContent(StyledContent::new(style, line.text)))?,
                None => queue!(self.out, Print(line.text))?,
            }
            queue!(self.out, Clear(ClearType::UntilNewLine))?;
        }
        queue!(self.out, Clear(ClearType::FromCursorDown))?;
        self.out.flush()
    }

    fn style(&self, tone: Tone) -> Option<ContentStyle> {
        let coloured = |colour| ContentStyle { foreground_color: Some(colour), ..ContentStyle::default() };
        match tone {
            _ if !self.colours => None,
            Tone::Plain => None,
            Tone::Heading => {
                Some(ContentStyle { attributes: Attribute::Bold.into(), ..ContentStyle::default() })
            }
            Tone::Warning => Some(coloured(Color::Yellow)),
            Tone::Alarm => Some(coloured(Color::Red)),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Nobody is left to tell when the terminal is gone.
        drop(execute!(self.out, Show, LeaveAlternateScreen));
        drop(disable_raw_mode());
    }
}
